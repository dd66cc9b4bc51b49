"""Papers: photographs what lies on the tray, has it read, and tells what may be kept. The picture and the text end here."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import re
from collections.abc import Awaitable, Callable, Iterable
from pathlib import Path

import msgspec
import structlog

from firmware_bridge.port import DevicePort
from guitai.documents.read import Document, understand
from guitai.errors import GuitaiError
from guitai.messages.document import LINES, PAGE, DocumentRead, TextLine
from guitai.messages.identity import DocumentFailed
from guitai.messages.voice import CustomerSaid, ScamSignal
from guitai.risk.conversation import Conversation, heard, signal_of
from guitai.wire.framing import MAX_PAYLOAD_BYTES
from guitai.wire.sockets import FrameStream, connect

READ_LIMIT_S = 30.0
UNREAD = "document.no_reader"
NOTHING_SEEN = "document.nothing_seen"

WEAK_SCORE = 0.75
"""Of a signal that only the scoring of spoken words gives: enough for a question when money is to move."""

log = structlog.get_logger()
_DIGITS = re.compile(r"\d(?:[ \-]?\d){14,}")
_IDENTITY = re.compile(r"[1-6]\d{5}(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])\d{4}")
"""A citizen's number (GB 11643) has a date where a card's number need not."""


Understand = Callable[[str], Awaitable[CustomerSaid]]
"""What typed words mean. Raises GuitaiError when the speech process is away."""


class Papers:
    """Reads one paper at a time."""

    def __init__(self, vision: Path, devices: DevicePort, understand_words: Understand) -> None:
        self._vision, self._devices, self._understand = vision, devices, understand_words
        self._kept = ("", b"")
        """Digest and picture."""

    async def expect(self) -> None:
        """Let the reader load: a paper will be laid down in a moment."""
        with contextlib.suppress(GuitaiError, ConnectionError):
            stream = await connect(self._vision)
            try:
                await stream.send(PAGE, request_id="expected")
            finally:
                stream.close()

    def kept(self, digest: str) -> bytes | None:
        """Return the picture a teller may look at; None once it is forgotten, or where a card's number stands on it."""
        return self._kept[1] if self._kept[0] == digest and digest else None

    def forget(self) -> None:
        """Let the picture go: the customer has gone."""
        self._kept = ("", b"")

    async def read(self, request_id: str, *, keep: bool = False) -> DocumentRead | DocumentFailed:
        """Photograph and read what lies on the tray. Raises GuitaiError ``device.not_connected``; asking again is safe.

        With `keep` the picture stays in memory until `forget`, for a teller.
        """
        self.forget()
        try:
            stream = await connect(self._vision)
        except GuitaiError:
            return DocumentFailed(request_id, UNREAD)
        try:
            await stream.send(PAGE, request_id=request_id)  # where the reader has gone again, it loads meanwhile
            taken = await self._devices.photograph_document(request_id)
            if isinstance(taken, DocumentFailed):
                return taken
            picture = self._devices.picture(taken.picture) or b""
            self._devices.drop_picture(taken.picture)
            async with asyncio.timeout(READ_LIMIT_S):
                lines = await _lines(stream, request_id, picture)
        except (ConnectionError, TimeoutError, msgspec.DecodeError):
            return DocumentFailed(request_id, UNREAD)
        finally:
            stream.close()
        if isinstance(lines, str):
            return DocumentFailed(request_id, lines)
        if keep and lines and not shows_card(lines):
            self._kept = (hashlib.sha256(picture).hexdigest(), picture)
        return await self._told(request_id, picture, lines)

    async def _told(
        self, request_id: str, picture: bytes, lines: tuple[TextLine, ...]
    ) -> DocumentRead | DocumentFailed:
        if not lines:
            return DocumentFailed(request_id, NOTHING_SEEN)
        document = understand(lines)
        return DocumentRead(
            request_id=request_id,
            kind=document.kind,
            digest=hashlib.sha256(picture).hexdigest(),
            lines=len(lines),
            confidence=document.confidence,
            fields=document.fields,
            clauses=document.clauses,
            doubts=document.doubts,
            scam=weighed(document, await self._scored(document)),
        )

    async def _scored(self, document: Document) -> ScamSignal:
        """Return what the scoring of spoken words says of what somebody wrote; nothing while the speech process is away."""
        told = Conversation()
        try:
            for sentence in document.sentences:
                told = heard(told, (await self._understand(sentence)).understanding.scam, sentence)
        except GuitaiError as error:
            log.warning("paper scored by its words alone", code=error.code)
        return signal_of(told)


def shows_card(lines: Iterable[TextLine]) -> bool:
    """Tell whether a payment card's number may stand on a page: 15 to 19 digits that begin as those do (ISO/IEC 7812: 3 to 6).

    Its check digit is not asked for: one digit that was misread must not show the other eighteen.
    """
    found = (re.sub(r"\D", "", match.group()) for line in lines for match in _DIGITS.finditer(line.text))
    return any(15 <= len(digits) <= 19 and digits[0] in "3456" and not _IDENTITY.fullmatch(digits) for digits in found)


def weighed(document: Document, scored: ScamSignal) -> ScamSignal:
    """Return the signal of the closed list and of the scoring of spoken words together.

    That scoring was learnt from what customers say, not from what is written to them: alone it makes a weak signal at most.
    Only words of the list are quoted: its own may be anybody's name.
    """
    listed = document.scam
    if listed.strength == "strong" or scored.strength == "none":
        return listed
    if listed.strength == "weak":
        strength = scored.strength
        return ScamSignal(max(listed.score, scored.score), strength, listed.type, listed.evidence)
    if scored.strength == "weak":
        return listed
    return ScamSignal(WEAK_SCORE, "weak", scored.type)


async def _lines(stream: FrameStream, request_id: str, picture: bytes) -> tuple[TextLine, ...] | str:
    """Send a picture and return its lines, or the code of why there are none."""
    for start in range(0, max(len(picture), 1), MAX_PAYLOAD_BYTES):
        part = picture[start : start + MAX_PAYLOAD_BYTES]
        await stream.send(PAGE, part, request_id=request_id, last=start + MAX_PAYLOAD_BYTES >= len(picture))
    async for frame in stream:
        if frame.type == "error":
            return str(frame.data.get("code", UNREAD))
        if frame.type == LINES and frame.data.get("request_id") == request_id:
            if code := str(frame.data.get("code", "")):
                return code
            return msgspec.json.decode(frame.payload, type=tuple[TextLine, ...])
    return UNREAD
