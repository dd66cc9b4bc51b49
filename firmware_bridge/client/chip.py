"""Reads a bank card's number from its chip, when the stripe is worn: choose the application, read its first record.

ISO 7816-4 and EMV book 1: the payment system environment names the application (tag 4F); the application's record has
track 2 equivalent data (tag 57) or the number (tag 5A).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from firmware_bridge.client.link import Link
from firmware_bridge.generated.card_reader import ChipIOCommand, ChipIOCompletion, ChipPowerCommand
from firmware_bridge.protocol.typed import read

DIRECTORY = b"1PAY.SYS.DDF01"
RECORD = bytes.fromhex("00B2010C00")
"""READ RECORD: record 1 of file 1."""

AID, TRACK2, PAN = 0x4F, 0x57, 0x5A
_OK = b"\x90\x00"
_MORE, _OTHER_LENGTH = 0x61, 0x6C
_CONSTRUCTED, _TWO_BYTES, _LONG_LENGTH = 0x20, 0x1F, 0x80
_NUMBER = re.compile(r"(\d{13,19})(?:[DF].*)?")


async def read_number(link: Link) -> str | None:
    """Return the card's number, or None if the chip does not give it. Raises GuitaiError ``device.not_connected``."""
    powered = await link.ask(ChipPowerCommand(chipPower="cold"))
    if not powered.ok:
        return None
    await _exchange(link, _select(DIRECTORY))
    application = value_of(AID, await _exchange(link, RECORD))
    if not application:
        return None
    await _exchange(link, _select(application))
    record = await _exchange(link, RECORD)
    await link.ask(ChipPowerCommand(chipPower="off"))
    found = _NUMBER.fullmatch((value_of(TRACK2, record) or value_of(PAN, record) or b"").hex().upper())
    return found.group(1) if found else None


def value_of(tag: int, data: bytes) -> bytes | None:
    """Return the value of the first data object with a tag (BER-TLV, ISO 7816-4 annex D), or None."""
    for found, value in _objects(data):
        if found == tag:
            return value
        if _first(found) & _CONSTRUCTED and (inner := value_of(tag, value)) is not None:
            return inner
    return None


def _objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at + 2 <= len(data):
        size = 2 if data[at] & _TWO_BYTES == _TWO_BYTES else 1
        tag, at = int.from_bytes(data[at : at + size]), at + size
        length = data[at] if at < len(data) else 0
        at += 1
        if length & _LONG_LENGTH:
            more = length & ~_LONG_LENGTH
            length, at = int.from_bytes(data[at : at + more]), at + more
        yield tag, data[at : at + length]
        at += length


def _first(tag: int) -> int:
    return tag if tag < 1 << 8 else tag >> 8


def _select(name: bytes) -> bytes:
    return bytes((0x00, 0xA4, 0x04, 0x00, len(name))) + name


async def _exchange(link: Link, apdu: bytes) -> bytes:
    """Return an answer's data without its status; empty when the chip refuses."""
    answer = await _send(link, apdu)
    if answer[-2:-1] == bytes((_MORE,)):  # T=0: the data wait to be fetched
        answer = await _send(link, bytes((0x00, 0xC0, 0x00, 0x00, answer[-1])))
    elif answer[-2:-1] == bytes((_OTHER_LENGTH,)):
        answer = await _send(link, apdu[:-1] + answer[-1:])
    return answer[:-2] if answer.endswith(_OK) else b""


async def _send(link: Link, apdu: bytes) -> bytes:
    done = await link.ask(ChipIOCommand(chipProtocol="chipT0", chipData=apdu))
    return read(done, ChipIOCompletion).chipData or b"" if done.ok else b""
