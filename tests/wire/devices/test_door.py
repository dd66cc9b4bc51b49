"""Who is let in: on this machine by user, elsewhere by pinned certificate, both seen over real sockets."""

from __future__ import annotations

import asyncio
import datetime
import os
import pwd
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from websockets.asyncio.client import connect
from websockets.exceptions import InvalidStatus, WebSocketException

from firmware_bridge.client.dial import dial, dialler
from firmware_bridge.client.discovery import discover
from firmware_bridge.security import Pinned, allowed_uids, is_loopback, uid_of
from firmware_bridge.services.host import host
from guitai.config import Devices
from guitai.errors import GuitaiError

ROOT = "/xfs4iot/v1.0"
KNOCK = """
import os, socket, sys
os.setgid(int(sys.argv[3])); os.setgroups([]); os.setuid(int(sys.argv[2]))
with socket.create_connection(("127.0.0.1", int(sys.argv[1]))) as line:
    key = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\\r\\nSec-WebSocket-Version: 13"
    head = f"GET /xfs4iot/v1.0 HTTP/1.1\\r\\nHost: x\\r\\nUpgrade: websocket\\r\\nConnection: Upgrade\\r\\n{key}\\r\\n\\r\\n"
    line.sendall(head.encode())
    print(line.recv(4096).decode().splitlines()[0])
"""
needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can knock as another user")


async def knock(port: int, user: str) -> str:
    """Connect as another user; return the first line of the answer."""
    entry = pwd.getpwnam(user)
    arguments = [sys.executable, "-c", KNOCK, str(port), str(entry.pw_uid), str(entry.pw_gid)]
    done = await asyncio.to_thread(subprocess.run, arguments, capture_output=True, text=True, check=True, timeout=20)
    return done.stdout.strip()


@needs_root
async def test_another_user_of_this_machine_is_refused():
    async with host([], "127.0.0.1", 0) as port:
        assert (await knock(port, "nobody")).startswith("HTTP/1.1 403")
        async with connect(f"ws://127.0.0.1:{port}{ROOT}", proxy=None):
            pass


@needs_root
async def test_a_chosen_user_is_let_in():
    async with host([], "127.0.0.1", 0, users=("nobody", "no-such-user")) as port:
        assert (await knock(port, "nobody")).startswith("HTTP/1.1 101")


@needs_root
async def test_a_refused_user_is_told_so():
    async with host([], "127.0.0.1", 0) as port:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)  # a socket belongs to whoever opens it
        try:
            with pytest.raises(GuitaiError) as caught:
                await discover(Devices(port=port))
        finally:
            os.seteuid(0)
        assert caught.value.code == "xfs.not_allowed"


def test_the_allowed_are_ourselves_and_whoever_of_the_named_exists():
    assert allowed_uids(()) == {os.getuid()}
    assert allowed_uids(("root", "no-such-user")) == {os.getuid(), 0}


@pytest.mark.parametrize(("at", "to"), [("127.0.0.1", "127.0.0.1"), ("127.0.0.1", "::ffff:127.0.0.1"), ("::1", "::1")])
def test_the_kernel_knows_whose_socket_it_is(at, to):
    family = {True: socket.AF_INET6, False: socket.AF_INET}
    with socket.socket(family[":" in at]) as server, socket.socket(family[":" in to]) as client:
        server.bind((at, 0))
        server.listen()
        client.connect((to, server.getsockname()[1]))
        line, peer = server.accept()
        with line:
            ends = peer[:2], line.getsockname()[:2]
            assert uid_of(*ends) == os.getuid()
            client.close()
            assert uid_of(*ends) is None, "a closed socket is nobody's, which the kernel writes as 0"


def test_addresses_of_this_machine():
    assert [is_loopback(one) for one in ("127.0.0.1", "127.8.8.8", "::1", "localhost")] == [True] * 4
    assert [is_loopback(one) for one in ("0.0.0.0", "10.0.0.7", "::", "bank.example", "")] == [False] * 5


async def test_beyond_this_machine_nothing_is_said_without_tls():
    with pytest.raises(GuitaiError) as caught:
        async with host([], "0.0.0.0", 0):
            pass
    assert caught.value.code == "xfs.tls_required"
    for uri in ("ws://192.0.2.7:5846/", "wss://192.0.2.7/"):
        with pytest.raises(GuitaiError) as caught:
            async with dial(uri):
                pass
        assert caught.value.code == "xfs.tls_required"


class Party:
    """A certificate of its own, signed by itself."""

    def __init__(self, folder: Path, name: str) -> None:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        now = datetime.datetime.now(datetime.UTC)
        made = x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        made = made.not_valid_before(now - datetime.timedelta(days=1)).not_valid_after(now + datetime.timedelta(days=1))
        self.certificate, self.key = folder / f"{name}.crt", folder / f"{name}.key"
        self.certificate.write_bytes(made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        form = (serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        self.key.write_bytes(key.private_bytes(serialization.Encoding.PEM, *form))

    def knows(self, *others: Party) -> Pinned:
        peers = self.certificate.with_suffix(".peers")
        peers.write_bytes(b"".join(other.certificate.read_bytes() for other in others))
        return Pinned(self.certificate, self.key, peers)


@pytest.fixture
def parties(tmp_path):
    return [Party(tmp_path, name) for name in ("kiosk", "machine", "stranger")]


def devices(port: int, pinned: Pinned) -> Devices:
    return Devices(port=port, certificate=pinned.certificate, certificate_key=pinned.key, pinned=pinned.peers)


async def test_pinned_peers_find_each_other_over_tls(parties):
    kiosk, machine, stranger = parties
    async with host([], "127.0.0.1", 0, pinned=machine.knows(stranger, kiosk)) as port:
        config = devices(port, kiosk.knows(machine))
        async with dialler(config)(f"wss://127.0.0.1:{port}{ROOT}") as line:
            assert line.close_code is None
        with pytest.raises(GuitaiError) as caught:
            await discover(config)  # there are no services, but the publisher was reached
        assert caught.value.code == "device.not_connected"


async def greet(uri: str, pinned: Pinned) -> None:
    async with dialler(devices(1, pinned))(uri) as line:
        await line.send("{}")
        await anext(aiter(line))


async def test_strangers_are_refused_on_either_side(parties):
    kiosk, machine, stranger = parties
    async with host([], "127.0.0.1", 0, pinned=machine.knows(kiosk)) as port:
        uri = f"wss://127.0.0.1:{port}{ROOT}"
        with pytest.raises((OSError, WebSocketException)):  # the machine does not know this client
            await greet(uri, stranger.knows(machine))
        with pytest.raises((OSError, WebSocketException)):  # the client does not know this machine
            await greet(uri, kiosk.knows(stranger))
        with pytest.raises((OSError, WebSocketException, EOFError)):  # no TLS at all
            async with connect(f"ws://127.0.0.1:{port}{ROOT}", proxy=None):
                pass


@needs_root
async def test_on_this_machine_a_pinned_certificate_does_not_replace_the_right_user(parties):
    kiosk, machine, _ = parties
    async with host([], "127.0.0.1", 0, pinned=machine.knows(kiosk)) as port:
        os.seteuid(pwd.getpwnam("nobody").pw_uid)  # the socket belongs to whoever opens it
        try:
            line = socket.create_connection(("127.0.0.1", port))
        finally:
            os.seteuid(0)
        context = kiosk.knows(machine).context(serving=False)
        with pytest.raises(InvalidStatus) as caught:
            async with connect(f"wss://127.0.0.1:{port}{ROOT}", sock=line, ssl=context, proxy=None):
                pass
        assert caught.value.response.status_code == 403


def test_certificates_come_all_or_none(parties):
    kiosk, machine, _ = parties
    pinned = kiosk.knows(machine)
    with pytest.raises(GuitaiError) as caught:
        dialler(Devices(certificate=pinned.certificate))
    assert caught.value.code == "xfs.tls_incomplete"
    pinned.peers.unlink()
    for refused in (pinned.known, lambda: pinned.context(serving=True), lambda: dialler(devices(1, pinned))):
        with pytest.raises(GuitaiError) as caught:
            refused()
        assert caught.value.code == "xfs.tls_files"
