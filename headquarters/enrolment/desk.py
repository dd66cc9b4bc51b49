"""Everything enrolment's routes work with, put together once."""

from __future__ import annotations

import asyncio
import base64
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.claims import Claim, kept, new, plain_address
from guitai.wire.enrolment import Given
from headquarters import pki
from headquarters.console.audit import Audit
from headquarters.console.limits import Buckets, Rate
from headquarters.console.people import Person
from headquarters.engine import Engine
from headquarters.enrolment.authority import Authority, key_hash, name_in, read_request, serial_text
from headquarters.enrolment.kiosks import Kiosks
from headquarters.enrolment.profile import configuration, url_of
from headquarters.enrolment.store import Enrolments, Profile
from headquarters.enrolment.tables import Issued

CODES = Rate(0.1, 10)
"""Attempts with a code from one address."""

NETWORK_CODES = Rate(1.0, 60)
"""From one network: whoever uses that up keeps its neighbours waiting, and nobody else. 60 bits fall to no rate that gets through."""

PREFIX_BITS = {4: 24, 6: 48}
"""What of an address is its network."""

AT_ONCE = 2
"""Codes being hashed (scrypt)."""

FILES = ("recovery.pub", "policy.pub", "pcr-policies.json", "viewing.pub", "support.pub")
"""Beside the authority's certificate and the key commands are checked with (docs/keys.md, docs/recordings.md); given if headquarters
has them."""

KEYS = ("card_token.key", "pin.key", "e2e.key")
"""Shared with the bank host: pseudonyms of cards; those of simulated devices, which only a simulated branch is given."""

SIMULATED = ("pin.key", "e2e.key")


@dataclass(frozen=True, slots=True)
class Made:
    """A new claim."""

    claim: Claim
    kiosk: str
    branch: str
    expires_ms: int


class EnrolmentDesk:
    """Over one connection. Without the authority's key nothing is issued: GuitaiError ``enrolment.no_authority``."""

    def __init__(
        self, config: Config, engine: Engine, audit: Audit, key: Ed25519PrivateKey | None, clock: Clock
    ) -> None:
        self.config, self.audit, self._signing = config, audit, key
        self.store, self.kiosks = Enrolments(engine, clock), Kiosks(engine, clock)
        self._engine = engine
        self._one, self._network = Buckets(CODES, clock), Buckets(NETWORK_CODES, clock)
        self._hashing = asyncio.Semaphore(AT_ONCE)
        self._authority: Authority | None = None

    @property
    def key(self) -> Ed25519PrivateKey:
        """What receipts are signed with."""
        assert self._signing is not None
        return self._signing

    @property
    def authority(self) -> Authority:
        """Who signs. Raises GuitaiError ``enrolment.no_authority``."""
        if self._authority is None:
            self._authority = Authority.of(self.config)
        return self._authority

    def new(self, kiosk: str, branch: str, profile: Profile, days: int | None, who: str) -> Made:
        """Make a claim. Raises GuitaiError ``enrolment.no_authority``."""
        claim = new(self.authority.certificate, plain_address(url_of(self.config)))
        lasts = days or self.config.enrolment.code_days
        expires = self.store.claim(kept(claim.secret), kiosk, branch, profile, lasts, who)
        return Made(claim, kiosk, branch, expires)

    async def enrol(self, address: str, secret: str, body: bytes) -> Issued:
        """Answer a request that comes with a code. Raises GuitaiError ``enrolment.*``, ``hq.too_many``."""
        self._one.spend(address)
        self._network.spend(network_of(address))
        request = read_request(body)
        async with self._hashing:
            hash_ = await asyncio.to_thread(kept, secret)
        try:
            with self._engine.transaction():
                issued = self.store.enrol(hash_, key_hash(request.public_key()), name_in(request), self._sign(request))
                told = {"serial": _grouped(issued.serial), "address": address}
                self.audit.write(None, "enrolment.issued", issued.kiosk, told)
        except GuitaiError as error:
            self.audit.write(None, "enrolment.refused", name_in(request), {"why": error.code, "address": address})
            raise
        return issued

    def renew(self, serial: str, body: bytes) -> Issued:
        """Answer a request that comes with a live certificate. Raises GuitaiError ``enrolment.*``."""
        request = read_request(body)
        with self._engine.transaction():
            issued = self.store.renew(serial, key_hash(request.public_key()), name_in(request), self._sign(request))
            told = {"serial": _grouped(issued.serial), "before": _grouped(serial)}
            self.audit.write(None, "enrolment.renewed", issued.kiosk, told)
        return issued

    def confirm(self, serial: str) -> Issued:
        """Make a pending certificate the live one; again is harmless. Raises GuitaiError ``enrolment.not_live``."""
        with self._engine.transaction():
            live = self.store.confirm(serial)
            told = {"serial": _grouped(live.serial), "branch": live.branch}
            self.audit.write(None, "enrolment.confirmed", live.kiosk, told)
        return live

    def given(self, kiosk: str, branch: str) -> Given:
        """Return what a kiosk with a certificate for `branch` shall be. Raises GuitaiError ``enrolment.no_kiosk``."""
        _, profile, move_to, decommission = self.kiosks.of(kiosk)
        sections = configuration(self.config, kiosk, branch, profile)
        folder = self.config.paths.keys
        public = self.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()
        ca = self.authority.certificate.public_bytes(Encoding.PEM).decode()
        beside = _present(self.authority.folder, FILES) | _present(folder, FILES)
        simulated = bool(sections.get("devices", {}).get("simulate", True))
        names = [name for name in KEYS if simulated or name not in SIMULATED]
        return Given(
            kiosk=kiosk, branch=branch, configuration=sections, files={"ca.crt": ca, "command.pub": public} | beside,
            keys={name: text.strip() for name, text in _present(folder, names).items()},
            move_to=move_to if move_to != branch else "", decommission=decommission,
        )  # fmt: skip

    def revoke(self, kiosk: str, reason: str, who: Person | None) -> int:
        """Shut a kiosk out; return how many certificates ended. Raises GuitaiError ``enrolment.no_kiosk``."""
        with self._engine.transaction():
            ended = self.store.revoke(kiosk, reason)
            self.audit.write(who, "enrolment.revoked", kiosk, {"reason": reason, "certificates": ended})
        return ended

    def relist(self, who: Person | None) -> int:
        """Put every certificate that ever ended on the authority's list again; return how many were not on it.

        Raises GuitaiError ``hq.lost_revocations``, OSError.
        """
        ended = {int(serial, 16): ms for serial, ms in self.store.ended().items()}
        self.audit.write(who, "enrolment.relist", "", {"ended": len(ended)})
        times = {serial: datetime.fromtimestamp(ms / 1000, UTC) for serial, ms in ended.items()}
        added = pki.relist(self.authority.folder, times)
        self.store.reopen(serial_text(serial) for serial in added)
        return len(added)

    def _sign(self, request: x509.CertificateSigningRequest) -> Any:
        days = self.config.enrolment.certificate_days
        return lambda kiosk, branch: self.authority.sign(request.public_key(), kiosk, branch, days)


def network_of(address: str) -> str:
    """Return the network an address belongs to; one that is none stands for itself."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    return str(ip_network((found, PREFIX_BITS[found.version]), strict=False))


def secret_of(header: str) -> str:
    """Return the password of an HTTP Basic header (RFC 7617); empty if there is none."""
    kind, _, value = header.partition(" ")
    if kind.lower() != "basic":
        return ""
    try:
        return base64.b64decode(value, validate=True).decode().partition(":")[2]
    except (ValueError, UnicodeDecodeError):
        return ""


def _grouped(serial: str) -> str:
    """Return a serial number in groups, which nobody takes for a card's and masks."""
    return ":".join(serial[at : at + 4] for at in range(0, len(serial), 4))


def _present(folder: Path, names: Any) -> dict[str, str]:
    return {name: (folder / name).read_text(encoding="utf-8") for name in names if (folder / name).is_file()}
