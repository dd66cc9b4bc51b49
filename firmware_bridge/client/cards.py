"""The card reader's client: takes a card in, knows its number for as long as it is inside, gives it back."""

from __future__ import annotations

import asyncio
import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Callable, Coroutine
from dataclasses import dataclass, field
from typing import Any, Literal

from firmware_bridge.client.chip import read_number
from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import OUTCOME_UNKNOWN, SETTLE_S, Link, Links, Request
from firmware_bridge.client.memory import RetainMemory
from firmware_bridge.protocol.client import Completed
from guitai.errors import GuitaiError
from guitai.messages.card import (
    CardInserted,
    CardMoveFailed,
    CardOffered,
    CardRetained,
    CardTaken,
    CardUnreadable,
)

READ_AT_ONCE_MS = 3000
TOKEN_CHARS = 32
_TRACK2 = re.compile(rb";?(\d{13,19})[=D]")


@dataclass(frozen=True, slots=True)
class Card:
    """The card inside. The number leaves this process only towards the PIN pad."""

    number: str = field(repr=False)
    token: str
    tail: str


class Cards:
    """What core asks of the card reader. `spawn` runs a coroutine in the background."""

    def __init__(
        self,
        key: bytes,
        memory: RetainMemory,
        links: Links,
        emit: Callable[[object], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._key, self._memory, self._links, self._emit, self._spawn = key, memory, links, emit, spawn
        self.card: Card | None = None
        self._wanted = False
        self._reading: tuple[Link, Request] | None = None
        self._is_busy = False
        self._offered = False
        self._moving = False
        self._left_early = False
        self._seen_before = False

    def accept(self) -> None:
        """Take a card in from now on, also after a break of the connection."""
        self._wanted = True
        if self._links.offers("CardReader"):
            self.usable_again()

    async def refuse(self) -> None:
        """Take no card in any more. A card that came in at that moment is still told of."""
        self._wanted = False
        if self._reading is not None:
            link, request = self._reading
            await link.cancel(request)

    async def move(self, request_id: str, to: Literal["exit", "retain"]) -> CardOffered | CardRetained | CardMoveFailed:
        """Move the card out or into the retain bin. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        await self.refuse()
        link = self._links.of("CardReader")
        target, was_open = "exit", self._memory.is_open
        if to == "retain":
            target, count = await self._retain_unit(link)
            self._memory.remember(count)
        self._moving, self._left_early = True, False
        try:
            done = await link.send("CardReader.Move", {"to": target})
        except GuitaiError:
            if not was_open:  # nothing was sent; an earlier retain may still have been done
                self._memory.forget()
            raise
        finally:
            self._moving = False
        if done is None:
            self._offered = to == "exit"
            return CardMoveFailed(request_id, OUTCOME_UNKNOWN)
        gone = done.answer == "noMedia"
        if (done.ok and to == "retain") or (gone and await self._was_retained(link)):
            # The retain stays written down until another card is in: core may die before it has recorded this answer,
            # and then asks again.
            self.card, self._offered = None, False
            return CardRetained(request_id)
        if gone and to == "exit":
            # Not in the reader means with the customer: the break swallowed the event that said so.
            self._left_early = True
        elif not done.ok:
            self._memory.forget()
            return CardMoveFailed(request_id, code_of(done.answer))
        self._memory.forget()
        self._offered = not self._left_early
        if self._left_early:
            self._forget()
            asyncio.get_running_loop().call_later(SETTLE_S, self._emit, CardTaken())
        return CardOffered(request_id)

    async def present(self) -> CardInserted | None:
        """Read the card that is in the reader already, if there is one."""
        link = self._links.of("CardReader")
        if self._reading is not None or link.status.get("cardReader", {}).get("media") != "present":
            return None
        done = await link.ask("CardReader.ReadRawData", {"track2": True}, timeout_ms=READ_AT_ONCE_MS)
        self.card = self._card(done) or await self._by_chip(link, done)
        if self.card:
            self._memory.forget()
        return CardInserted(self.card.token, self.card.tail) if self.card else None

    def removed(self) -> None:
        """The reader says that the card was taken."""
        if self._moving:
            self._left_early = True
            return
        self._forget()
        self._emit(CardTaken())

    def came_up(self, link: Link) -> None:
        """The reader is there (again): find out what was missed, wait for a card again."""
        empty = link.status.get("cardReader", {}).get("media") == "notPresent"
        missed = self._offered or self.card is not None or not self._seen_before
        self._seen_before = True
        # After a retain without an answer, an empty reader does not say who has the card: `move` finds out.
        if empty and missed and not self._memory.is_open:
            self._forget()
            self._emit(CardTaken())
        self.usable_again()

    def usable_again(self) -> None:
        """Wait for a card again if one is wanted."""
        if self._wanted and not self._is_busy:
            self._spawn(self._read())

    def _forget(self) -> None:
        self.card, self._offered = None, False
        self._memory.forget()

    async def _read(self) -> None:
        if self._is_busy:
            return
        self._is_busy = True
        try:
            while self._wanted and await self._read_once():
                pass
        finally:
            self._is_busy = False

    async def _read_once(self) -> bool:
        """Wait for one card; return whether to wait for another."""
        try:
            link = self._links.of("CardReader")
            request = await link.begin("CardReader.ReadRawData", {"track2": True})
            self._reading = (link, request)
            done = await request.done
        except GuitaiError:
            return False  # the link is down; `came_up` begins anew
        finally:
            self._reading = None
        try:
            card = self._card(done) or await self._by_chip(link, done)
        except GuitaiError:
            return False
        if card is not None:
            self.card, self._wanted = card, False
            self._memory.forget()
            self._emit(CardInserted(card.token, card.tail))
            return False
        if done.ok or code_of(done.answer) == "device.card_unreadable":
            self._emit(CardUnreadable("device.card_unreadable"))
            ejected = await link.request("CardReader.Move", {"to": "exit"})
            return ejected.ok
        return done.code == "timeOut"

    async def _by_chip(self, link: Link, done: Completed) -> Card | None:
        """Return the card by its chip when its stripe could not be read."""
        if not done.ok and code_of(done.answer) != "device.card_unreadable":
            return None
        number = await read_number(link)
        return None if number is None else self._known(number.encode())

    def _card(self, done: Completed) -> Card | None:
        data = (done.payload.get("track2") or {}).get("data") or ""
        try:
            match = _TRACK2.match(base64.b64decode(data, validate=True))
        except binascii.Error:
            return None
        return None if match is None or not done.ok else self._known(match.group(1))

    def _known(self, number: bytes) -> Card:
        token = hmac.new(self._key, number, hashlib.sha256).hexdigest()[:TOKEN_CHARS]
        return Card(number.decode(), token, number[-4:].decode())

    async def _was_retained(self, link: Link) -> bool:
        return self._memory.is_open and self._memory.was_done((await self._retain_unit(link))[1])

    async def _retain_unit(self, link: Link) -> tuple[str, int | None]:
        """Return the retain bin's name and how many cards it holds, if the reader counts them."""
        done = await link.ask("Storage.GetStorage")
        for name, unit in (done.payload.get("storage") or {}).items():
            card = unit.get("card") or {}
            if card.get("capabilities", {}).get("type") == "retain":
                count = (card.get("status") or {}).get("retainCount")
                return str(name), count if isinstance(count, int) else None
        raise GuitaiError("device.failed", command="Storage.GetStorage", answer="no retain unit")
