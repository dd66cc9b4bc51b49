"""A simulated bank card's chip: enough of ISO 7816-4 and EMV to choose the application and read its record.

The numbers are those of PBOC and EMV books: the payment system environment ``1PAY.SYS.DDF01``, an application of
UnionPay, one record with track 2 equivalent data (tag 57) and the number (tag 5A).
"""

from __future__ import annotations

ATR = bytes.fromhex("3B650000") + b"GUITA"
"""T=0 only: TS, T0 (TB1 and TC1 follow, five historical bytes), TB1, TC1, the historical bytes."""

DIRECTORY = b"1PAY.SYS.DDF01"
APPLICATION = bytes.fromhex("A000000333010101")
"""UnionPay debit."""

OK = bytes.fromhex("9000")
NOT_FOUND = bytes.fromhex("6A82")
NO_RECORD = bytes.fromhex("6A83")
WRONG_LENGTH = bytes.fromhex("6700")
UNKNOWN_COMMAND = bytes.fromhex("6D00")
OUT_OF_ORDER = bytes.fromhex("6985")
_SHORTEST = 4
"""CLA, INS, P1, P2."""


class BankChip:
    """One powered chip: it knows which application was selected. `transmit` never raises."""

    def __init__(self, number: str, expiry: str) -> None:
        self._number, self._expiry = number, expiry
        self._selected = b""

    def __repr__(self) -> str:
        return "BankChip(***)"

    def transmit(self, apdu: bytes) -> bytes:
        """Answer one APDU: data and the two status bytes."""
        if len(apdu) < _SHORTEST:
            return WRONG_LENGTH
        match apdu[1]:
            case 0xA4:
                return self._select(apdu)
            case 0xB2:
                return self._read_record(apdu)
            case _:
                return UNKNOWN_COMMAND

    def _select(self, apdu: bytes) -> bytes:
        wanted = apdu[5 : 5 + apdu[4]] if len(apdu) > _SHORTEST else b""
        if wanted not in {DIRECTORY, APPLICATION}:
            return NOT_FOUND
        self._selected = wanted
        inner = tlv(0x88, b"\x01") if wanted == DIRECTORY else tlv(0x50, b"UnionPay Debit")
        return tlv(0x6F, tlv(0x84, wanted) + tlv(0xA5, inner)) + OK

    def _read_record(self, apdu: bytes) -> bytes:
        if not self._selected:
            return OUT_OF_ORDER
        if apdu[2] != 1 or apdu[3] >> 3 != 1:
            return NO_RECORD
        if self._selected == DIRECTORY:
            return tlv(0x70, tlv(0x61, tlv(0x4F, APPLICATION) + tlv(0x50, b"UnionPay Debit"))) + OK
        track2 = bytes.fromhex(_even(f"{self._number}D{self._expiry}220"))
        return tlv(0x70, tlv(0x57, track2) + tlv(0x5A, bytes.fromhex(_even(self._number)))) + OK


def tlv(tag: int, value: bytes) -> bytes:
    """Return one BER-TLV data object (values under 128 bytes, tags of one byte)."""
    return bytes((tag, len(value))) + value


def _even(digits: str) -> str:
    return digits if len(digits) % 2 == 0 else digits + "F"
