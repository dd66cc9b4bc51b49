"""A Mosquitto of our own for one machine: configuration, access list, start, stop.

TLS 1.3 with client certificates; the certificate's common name is the user; a kiosk reaches only its own topics. At the
kiosks' port the name is the client id, too, whatever a client calls itself: no kiosk can take over another's connection or
headquarters', and whose name is shut out has no other under which it is connected. Headquarters has several lines under one
certificate and therefore a port of its own, which kiosks' networks need not reach.
"""

from __future__ import annotations

import asyncio
import contextlib
import getpass
import os
import shutil
import signal
from pathlib import Path
from types import TracebackType

import psutil

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.whole import write_whole
from headquarters.pki import REVOCATIONS

START_TIMEOUT_S = 10.0
PROBE_EVERY_S = 0.05

CONF = """\
# Written by guitai; changes are lost.
per_listener_settings false
user {user}
persistence true
persistence_location {folder}/
autosave_interval 2
max_inflight_messages 200
max_queued_messages 100000
max_packet_size 1048576
set_tcp_nodelay true
log_dest file {folder}/mosquitto.log
pid_file {folder}/mosquitto.pid
allow_anonymous false
acl_file {folder}/acl
"""

LISTENER = """\
listener {port} {address}
cafile {keys}/ca.crt
certfile {keys}/broker.crt
keyfile {keys}/broker.key
{crl}require_certificate true
use_identity_as_username true
use_username_as_clientid {forced}
tls_version tlsv1.3
"""

ACL = """\
# Written by guitai. %u is the common name of the client's certificate.
user hq
topic readwrite bank/v1/#
{revoked}
pattern write bank/v1/+/%u/state
pattern write bank/v1/+/%u/evt/+
pattern write bank/v1/+/%u/reply
pattern write bank/v1/+/%u/cfg/reported
pattern write bank/v1/+/%u/job/reported
pattern read bank/v1/+/%u/cmd/+
pattern read bank/v1/+/%u/job/+
pattern read bank/v1/+/%u/cfg/desired
"""


DENIED = """
user {}
topic deny #
"""
REVOKED = "revoked"
"""File of the names that may do nothing any more, in the broker's folder."""


class Broker:
    """Runs while the block runs. `folder` keeps its files; ca.crt, broker.crt and broker.key lie in the folder of keys.

    Raises GuitaiError ``mqtt.no_broker``, ``mqtt.address_in_use`` or ``mqtt.broker_failed``.
    """

    def __init__(self, folder: Path, config: Config) -> None:
        self._ports = (config.mqtt.port, config.headquarters.broker_port)
        self._folder, self._keys = folder, config.paths.keys
        self._authority = config.enrolment.authority or config.paths.keys
        self._addresses = (config.mqtt.host, config.headquarters.broker_host or config.mqtt.host)
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Broker:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()

    async def start(self) -> None:
        """Start, and return when both ports answer; also after `stop` or `kill`, on the same ports and files."""
        program = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/usr/local/bin")
        if program is None:
            raise GuitaiError("mqtt.no_broker")
        for address, port in zip(self._addresses, self._ports, strict=True):
            if await listens(port, address):
                raise GuitaiError("mqtt.address_in_use", port=port)
        conf = self._write_files()
        self._process = await asyncio.create_subprocess_exec(
            program, "-c", str(conf), stdin=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        try:
            async with asyncio.timeout(START_TIMEOUT_S):
                while not all([await listens(p, a) for a, p in zip(self._addresses, self._ports, strict=True)]):
                    if self._process.returncode is not None:
                        raise self._failed(f"exit code {self._process.returncode}")
                    await asyncio.sleep(PROBE_EVERY_S)
        except TimeoutError as error:
            await self.kill()
            raise self._failed("no answer") from error

    async def stop(self) -> None:
        """Stop in good order: what is queued is written to disk."""
        await self._end(signal.SIGTERM)

    async def kill(self) -> None:
        """Stop as a power cut would."""
        await self._end(signal.SIGKILL)

    def rss_mb(self) -> float:
        """Return how much memory it holds."""
        assert self._process is not None
        return psutil.Process(self._process.pid).memory_info().rss / 1e6

    async def _end(self, how: signal.Signals) -> None:
        process, self._process = self._process, None
        if process is not None and process.returncode is None:
            process.send_signal(how)
            await process.wait()

    def _write_files(self) -> Path:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write_acl(self._folder)
        crl = self._authority / REVOCATIONS
        given = {"keys": self._keys, "crl": f"crlfile {crl}\n" if crl.exists() else ""}
        conf = self._folder / "mosquitto.conf"
        conf.write_text(
            CONF.format(user=getpass.getuser(), folder=self._folder)
            + "".join(
                LISTENER.format(**given, address=address, port=port, forced=forced)
                for address, port, forced in zip(self._addresses, self._ports, ("true", "false"), strict=True)
            ),
            encoding="utf-8",
        )
        return conf

    def _failed(self, reason: str) -> GuitaiError:
        return GuitaiError("mqtt.broker_failed", port=self._ports[0], reason=reason, log=self._folder / "mosquitto.log")


def shut_out(folder: Path, name: str) -> bool:
    """Refuse a revoked client from now on: the broker of `folder` reads revoked certificates and access list anew.

    Its connection stays, deaf and mute, until somebody takes its client id over (`headquarters.revocation.cut`). Returns
    whether a broker runs there.
    """
    _deny(folder, {*_revoked(folder), name})
    return reload(folder)


def let_in(folder: Path, name: str) -> None:
    """Let a name in again that was shut out: it has a new certificate, and the old one stays on the list."""
    if name in (names := set(_revoked(folder))):
        _deny(folder, names - {name})
        reload(folder)


def reload(folder: Path) -> bool:
    """Have the broker of `folder` read revoked certificates and access list anew; return whether one runs there."""
    try:
        pid = int((folder / "mosquitto.pid").read_text())
        if psutil.Process(pid).name() != "mosquitto":
            return False
        os.kill(pid, signal.SIGHUP)
    except (OSError, ValueError, psutil.NoSuchProcess):
        return False
    return True


def _deny(folder: Path, names: set[str]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(folder / REVOKED, "".join(f"{one}\n" for one in sorted(names)).encode(), 0o600)
    _write_acl(folder)


def _revoked(folder: Path) -> list[str]:
    file = folder / REVOKED
    return file.read_text(encoding="utf-8").split() if file.exists() else []


def _write_acl(folder: Path) -> None:
    denied = "".join(map(DENIED.format, _revoked(folder)))
    write_whole(folder / "acl", ACL.format(revoked=denied).encode(), 0o600)


async def listens(port: int, address: str = "127.0.0.1") -> bool:
    """Tell whether somebody accepts connections at a port."""
    try:
        _, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    writer.close()
    with contextlib.suppress(OSError):
        await writer.wait_closed()
    return True
