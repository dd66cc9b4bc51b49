"""Joining headquarters step by step: authority, key, certificate, configuration; killed anywhere, run again, it goes on."""

from __future__ import annotations

import grp
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.serialization import Encoding

from firmware_bridge.simulator.keys import provision_keys
from guitai.config import Config
from guitai.config_files import read
from guitai.errors import GuitaiError
from guitai.keys import DEVICE_CERTIFICATE, DEVICE_KEY
from guitai.provisioning.est import Headquarters, bootstrap
from guitai.provisioning.own_keys import make_own_keys, mend_board, seal_keys
from guitai.provisioning.stage import AUTHORITY, CLAIM, GIVEN, JOINING, Stage, install, toml_of
from guitai.tables import SUPPORT_PUBLIC
from guitai.wire.claims import Claim, plain_address
from guitai.wire.enrolment import Given
from guitai.wire.whole import write_whole

ENROLLED = "50-enrolled.toml"
"""What headquarters gave, below the folder of configuration; a file with a higher number goes over it."""

COMMAND_KEY = "command.pub"
GROUP = "guitai"
"""Of every process of the kiosk."""

Say = Callable[[str], None]
"""Tells a person which step is done, by its key in words.toml."""


@dataclass(frozen=True, slots=True)
class Joined:
    """What came of it."""

    given: Given
    made: tuple[str, ...]
    """Keys made here."""

    not_sealed: str
    """Why the keys of journal and device are files and not in the TPM; empty: they are sealed."""


def pending(config: Config) -> Claim | None:
    """Return the claim of a joining that was cut off."""
    return Stage(config.paths.keys, JOINING).claim(None) if Stage(config.paths.keys, JOINING).has(CLAIM) else None


def join(config: Config, etc: Path, claim: Claim | None, address: str, say: Say) -> Joined:
    """Join, or finish joining. Raises GuitaiError ``enrolment.*``, ``keys.*``."""
    keys = config.paths.keys
    if (keys / "ca.key").exists():
        raise GuitaiError("enrolment.authority_here", path=keys)
    with _writes(keys):
        keys.mkdir(mode=0o700, parents=True, exist_ok=True)
        stage = Stage(keys, JOINING)
        known = stage.claim(claim)
        if known is None:
            raise GuitaiError("enrolment.not_enrolled", path=keys / DEVICE_CERTIFICATE)
        place = plain_address(address) if address else known.address
        if not place:
            raise GuitaiError("enrolment.no_address")
        stage.claim(Claim(known.secret, known.fingerprint, place))
        _certificate(stage, known, place, _name(etc))
        say("certificate")
        with _shown(stage, place) as headquarters:
            if not stage.has(GIVEN):
                stage.keep_given(headquarters.given())
            given = install(stage, keys)
            say("configuration")
            mend_board(keys, given.kiosk, headquarters, keys / COMMAND_KEY)
            made = tuple(make_own_keys(keys))
            if given.configuration.get("devices", {}).get("simulate", True):
                provision_keys(keys)
            not_sealed = seal_keys(keys, given.kiosk)
            leave_recovery(keys, headquarters)
        say("keys")
        write_configuration(etc, given)
        stage.drop()
    return Joined(given, made, not_sealed)


def write_configuration(etc: Path, given: Given) -> None:
    """Write what headquarters gave. Raises GuitaiError ``enrolment.folder``."""
    with _writes(etc):
        etc.mkdir(parents=True, exist_ok=True)
        # A relay's password may be in it.
        write_whole(etc / ENROLLED, toml_of(given.configuration).encode(), 0o640, _group())
        if (support := given.files.get(SUPPORT_PUBLIC)) is not None:  # core's unit does not see the folder of keys
            write_whole(etc / SUPPORT_PUBLIC, support.encode(), 0o644)


def _group() -> int | None:
    """Return the number of the kiosk's group; None where only the one who writes has to read."""
    if os.geteuid() != 0:
        return None
    try:
        return grp.getgrnam(GROUP).gr_gid
    except KeyError:
        return None


def leave_recovery(keys: Path, headquarters: Headquarters) -> None:
    """Leave the wrapped copy of the journal's key at headquarters, if there is one."""
    import orjson

    from guitai.keyseal.stored import RECOVERY

    if (keys / RECOVERY).exists():
        headquarters.leave("recovery", orjson.loads((keys / RECOVERY).read_bytes()), keys / COMMAND_KEY)


def _certificate(stage: Stage, claim: Claim, address: str, name: str) -> None:
    """Have authority, key and certificate on the disk."""
    if not stage.has(AUTHORITY):
        stage.put(AUTHORITY, bootstrap(claim, address).public_bytes(Encoding.PEM))
    if not stage.has(DEVICE_CERTIFICATE):
        request = stage.request(name)
        with Headquarters(address, stage.path(AUTHORITY)) as headquarters:
            stage.keep_certificate(headquarters.enrol(claim.secret, request), request)


def _name(etc: Path) -> str:
    """Return which kiosk this machine is already; a code of another one is refused then."""
    path = etc / ENROLLED
    return str(read(path).get("kiosk", {}).get("id", "")) if path.exists() else ""


def _shown(stage: Stage, address: str) -> Headquarters:
    return Headquarters(address, stage.path(AUTHORITY), stage.path(DEVICE_CERTIFICATE), stage.path(DEVICE_KEY))


@contextmanager
def _writes(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GuitaiError("enrolment.folder", path=error.filename or folder, reason=error.strerror) from error
