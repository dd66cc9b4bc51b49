"""Who may speak to the devices: on loopback by user, beyond it by pinned certificates on both sides."""

from __future__ import annotations

import ipaddress
import os
import pwd
import ssl
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from guitai.config import Devices
from guitai.errors import GuitaiError

_ESTABLISHED = "01"
_PEM_BEGIN, _PEM_END = "-----BEGIN CERTIFICATE-----", "-----END CERTIFICATE-----"

Address = tuple[str, int]


def is_loopback(host: str) -> bool:
    """Whether an address (or ``localhost``) is this machine's own."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


@dataclass(frozen=True, slots=True)
class Pinned:
    """Our certificate, and the certificates of the peers that we speak to and no others."""

    certificate: Path
    key: Path
    peers: Path

    def context(self, *, serving: bool) -> ssl.SSLContext:
        """Return a TLS context that lets only pinned peers in. Raises GuitaiError ``xfs.tls_files``."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER if serving else ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.check_hostname = False  # the certificate itself is known
        context.verify_mode = ssl.CERT_REQUIRED
        context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # a pinned certificate needs no issuer
        try:
            context.load_cert_chain(self.certificate, self.key)
            context.load_verify_locations(self.peers)
        except OSError as error:
            raise GuitaiError("xfs.tls_files", reason=str(error)) from error
        return context

    def known(self) -> frozenset[bytes]:
        """Return the peers' certificates (DER). Raises GuitaiError ``xfs.tls_files``."""
        try:
            text = self.peers.read_text("ascii")
            blocks = text.split(_PEM_BEGIN)[1:]
            ders = [ssl.PEM_cert_to_DER_cert(_PEM_BEGIN + one.partition(_PEM_END)[0] + _PEM_END) for one in blocks]
        except (OSError, ValueError) as error:
            raise GuitaiError("xfs.tls_files", reason=str(error)) from error
        return frozenset(ders)


def pinned_of(devices: Devices) -> Pinned | None:
    """Return the configured certificates, None when there are none. Raises GuitaiError ``xfs.tls_incomplete``."""
    match devices.certificate, devices.certificate_key, devices.pinned:
        case None, None, None:
            return None
        case Path() as certificate, Path() as key, Path() as peers:
            return Pinned(certificate, key, peers)
    raise GuitaiError("xfs.tls_incomplete")


def allowed_uids(users: Iterable[str]) -> frozenset[int]:
    """Return the uids of those users that exist on this machine, and our own."""
    uids = {os.getuid()}
    for user in users:
        try:
            uids.add(pwd.getpwnam(user).pw_uid)
        except KeyError:
            continue
    return frozenset(uids)


def uid_of(peer: Address, local: Address) -> int | None:
    """Return the user who owns the other end of a loopback connection, by the kernel's table; None if not there."""
    for table, mapped in (("tcp", ""), ("tcp6", "0000000000000000FFFF0000")):
        ends = (_kernel_form(peer, mapped), _kernel_form(local, mapped))
        for fields in _rows(table):
            # Only while open: a closed socket belongs to nobody, and nobody is written as root.
            if fields[3] == _ESTABLISHED and (fields[1], fields[2]) == ends:
                return int(fields[7])
    return None


def _rows(table: str) -> list[list[str]]:
    try:
        text = Path("/proc/self/net", table).read_text("ascii")
    except FileNotFoundError:  # a machine without IPv6
        return []
    return [row.split() for row in text.splitlines()]


def _kernel_form(address: Address, mapped: str) -> str:
    """Return ``0100007F:16D6`` for 127.0.0.1:5846: words of 32 bits, each read as this machine stores numbers.

    `mapped` goes before an IPv4 address that an IPv6 socket uses.
    """
    packed = ipaddress.ip_address(address[0]).packed
    words = [int.from_bytes(packed[i : i + 4], sys.byteorder) for i in range(0, len(packed), 4)]
    return f"{mapped if len(words) == 1 else ''}{''.join(f'{word:08X}' for word in words)}:{address[1]:04X}"
