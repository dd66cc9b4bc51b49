"""The ID-card reader's client: the whole card stays here, masked forms leave."""

from __future__ import annotations

import datetime
import hashlib
import hmac
from collections.abc import Callable

import msgspec

from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import Links
from firmware_bridge.client.pictures import Pictures
from firmware_bridge.client.roles import ID_READER
from firmware_bridge.client.waiting import Waiting
from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.generated.card_reader import ReadRawDataCommand, ReadRawDataCompletion
from firmware_bridge.protocol.client import Completed
from firmware_bridge.protocol.typed import read
from guitai.messages.identity import AgeBand, IdCardFailed, IdCardRead, IdCardTaken

ID_CARD_MS = 60_000
TOKEN_CHARS = 32
ADULT_YEARS, ELDERLY_YEARS = 18, 60
_SHOWN_FIRST, _SHOWN_LAST = 3, 2
_CODES = {
    "timeOut": "device.no_id_card",
    "canceled": "device.no_id_card",
    "invalidMedia": "device.id_card_unreadable",
    "securityFail": "device.id_card_rejected",
}


class IdCards:
    """What core asks of the ID-card reader."""

    def __init__(self, key: bytes, links: Links, pictures: Pictures, emit: Callable[[object], None]) -> None:
        self._key, self._pictures, self._emit = key, pictures, emit
        self._waiting = Waiting(links, ID_READER)
        self._card: tuple[str, IdCard] | None = None

    async def read(self, request_id: str) -> IdCardRead | IdCardFailed:
        """Wait for a card and read it. Raises GuitaiError ``device.not_connected``; asking again is always safe."""
        self._card = None
        done = await self._waiting.ask(ReadRawDataCommand(chip=True), ID_CARD_MS)
        if not done.ok:
            return IdCardFailed(request_id, _CODES.get(done.answer) or code_of(done.answer))
        card = _card(done)
        if card is None:
            return IdCardFailed(request_id, "device.id_card_unreadable")
        return self._told(request_id, card)

    async def cancel(self) -> None:
        """Wait for a card no longer."""
        await self._waiting.cancel()

    def card(self, person_token: str) -> IdCard | None:
        """Return the card that was read last, if it is this person's and was not forgotten."""
        return self._card[1] if self._card is not None and self._card[0] == person_token else None

    def forget(self) -> None:
        """Forget the card."""
        self._card = None

    def removed(self) -> None:
        """The reader says that the card was taken."""
        self._emit(IdCardTaken())

    def _told(self, request_id: str, card: IdCard) -> IdCardRead:
        token = hmac.new(self._key, b"id-card:" + card.number.encode(), hashlib.sha256).hexdigest()[:TOKEN_CHARS]
        self._card = (token, card)
        today = datetime.datetime.now().astimezone().date()
        return IdCardRead(
            request_id,
            token,
            masked_name(card.name),
            masked_number(card.number),
            age_band(card.birth, today),
            expired=card.valid_to is not None and card.valid_to < today,
            expires_on="" if card.valid_to is None else card.valid_to.isoformat(),
            photo=self._pictures.keep(card.photo),
        )


def masked_name(name: str) -> str:
    """Return a name of which only the first character is left."""
    return name[:1] + "*" * (len(name) - 1)


def masked_number(number: str) -> str:
    """Return a number of which only the first three and the last two characters are left."""
    hidden = max(0, len(number) - _SHOWN_FIRST - _SHOWN_LAST)
    return number[:_SHOWN_FIRST] + "*" * hidden + number[_SHOWN_FIRST + hidden :]


def age_band(birth: datetime.date, today: datetime.date) -> AgeBand:
    """Return the band of the age in whole years."""
    years = today.year - birth.year - ((today.month, today.day) < (birth.month, birth.day))
    return "minor" if years < ADULT_YEARS else "adult" if years < ELDERLY_YEARS else "elderly"


def _card(done: Completed) -> IdCard | None:
    parts = read(done, ReadRawDataCompletion).chip or ()
    try:
        return msgspec.json.decode(next((part.data for part in parts if part.data), b""), type=IdCard)
    except msgspec.DecodeError:
        return None
