"""Renewing the certificate at two thirds of its life, between customers; the same way a kiosk moves to another branch."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from cryptography import x509

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.keys import DEVICE_CERTIFICATE, content
from guitai.keyseal.device import device_key_file
from guitai.provisioning import units
from guitai.provisioning.between import drained, held
from guitai.provisioning.est import Headquarters
from guitai.provisioning.join import ENROLLED, write_configuration
from guitai.provisioning.own_keys import seal_keys
from guitai.provisioning.stage import AUTHORITY, GIVEN, RENEWING, Stage, install
from guitai.wire.claims import plain_address
from guitai.wire.enrolment import Given

DUE = 2 / 3
Outcome = Literal["not_due", "renewed", "moved"]


def is_due(certificate: x509.Certificate, now: datetime) -> bool:
    """Tell whether two thirds of a certificate's life are over."""
    life = certificate.not_valid_after_utc - certificate.not_valid_before_utc
    return now >= certificate.not_valid_before_utc + life * DUE


async def renew(config: Config, etc: Path, *, now: bool, abandon: bool = False) -> tuple[Outcome, Given | None]:
    """Renew if it is due or `now`, or if headquarters wants the kiosk elsewhere; killed anywhere, run again, it goes on.

    With `abandon` a move does not wait for events to reach headquarters. Raises GuitaiError ``enrolment.*``.
    """
    keys, address = config.paths.keys, address_of(config, etc)
    stage = Stage(keys, RENEWING)
    if not stage.has(DEVICE_CERTIFICATE):
        own = x509.load_pem_x509_certificate(content(keys / DEVICE_CERTIFICATE))
        with shown(keys, address) as headquarters:
            wanted = headquarters.given()
            if not (now or wanted.move_to or is_due(own, datetime.now(UTC))):
                return "not_due", None
            stage.open()
            stage.put(AUTHORITY, content(keys / AUTHORITY))
            request = stage.request(wanted.kiosk)
            stage.keep_certificate(headquarters.renew(request), request)
    with shown(stage.folder, address) as headquarters:
        if not stage.has(GIVEN):
            stage.keep_given(headquarters.given())
        given = stage.given()
        moves = given.branch != config.kiosk.branch
        async with held(config) as core:
            if moves and not abandon:
                await drained(core)
            install(stage, keys)
            write_configuration(etc, given)
            headquarters.confirm()
            seal_keys(keys, given.kiosk)
            stage.drop()
            units.restart("guitai-keys.service", "guitai-core.service", "guitai-sync.service")
    return ("moved" if moves else "renewed"), given


def address_of(config: Config, etc: Path) -> str:
    """Return HOST:PORT of the headquarters this kiosk joined. Raises GuitaiError ``enrolment.not_enrolled``."""
    if not config.enrolment.url or not (config.paths.keys / DEVICE_CERTIFICATE).exists():
        raise GuitaiError("enrolment.not_enrolled", path=etc / ENROLLED)
    return plain_address(config.enrolment.url)


def shown(folder: Path, address: str) -> Headquarters:
    """Return headquarters for whom the identity in `folder` is shown."""
    with device_key_file(folder) as key:
        return Headquarters(address, folder / AUTHORITY, folder / DEVICE_CERTIFICATE, key)
