"""Identity: what a customer lays down or holds up (ID card, code, document) and what was read of it.

An ID card's number, name and picture stay in core's memory (`firmware_bridge.port.DevicePort.id_card`): an event
carries a token and masked forms only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event

AgeBand = Literal["minor", "adult", "elderly"]
"""Under 18; 18 to 59; from 60 on (老年人权益保障法)."""


@event("identity.id_card_read")
@dataclass(frozen=True, slots=True)
class IdCardRead:
    """An ID card was read."""

    request_id: str
    person_token: str
    """A keyed hash of the number, the same for the same person."""

    name_masked: str
    """Family name and asterisks: 张**."""

    number_masked: str
    """First three and last two characters; the rest are asterisks."""

    age_band: AgeBand
    expired: bool
    expires_on: str
    """Last day of validity, YYYY-MM-DD; empty for a card without end (长期)."""

    photo: str
    """Reference of the portrait (`DevicePort.picture`); empty when the card gave none."""


@event("identity.id_card_failed")
@dataclass(frozen=True, slots=True)
class IdCardFailed:
    """No ID card was read."""

    request_id: str
    code: str


@event("identity.id_card_taken")
@dataclass(frozen=True, slots=True)
class IdCardTaken:
    """The customer took the ID card off the reader."""


@event("identity.code_read")
@dataclass(frozen=True, slots=True)
class CodeRead:
    """A barcode was read."""

    request_id: str
    symbology: str
    """As XFS4IoT names it, e.g. ``qrCode``."""

    text: str


@event("identity.code_failed")
@dataclass(frozen=True, slots=True)
class CodeFailed:
    """No barcode was read."""

    request_id: str
    code: str


@event("identity.document_taken")
@dataclass(frozen=True, slots=True)
class DocumentPhotographed:
    """The document camera took a picture of what lies on the tray."""

    request_id: str
    picture: str
    """Reference of the picture (`DevicePort.picture`)."""


@event("identity.document_failed")
@dataclass(frozen=True, slots=True)
class DocumentFailed:
    """No picture was taken."""

    request_id: str
    code: str


@effect("identity.read_id_card")
@dataclass(frozen=True, slots=True)
class ReadIdCard:
    """Wait for an ID card on the reader and read it; answered by `IdCardRead` or `IdCardFailed`. Safe to ask again."""

    request_id: str


@effect("identity.cancel_id_card")
@dataclass(frozen=True, slots=True)
class CancelIdCard:
    """Wait for an ID card no longer."""
