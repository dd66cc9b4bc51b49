"""What an ID-card reader reads, and what every ID-card reader can do."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal, Protocol

Kind = Literal["resident", "hmt", "foreigner"]
"""居民身份证, 港澳台居民居住证, 外国人永久居留身份证."""

Sex = Literal["male", "female", "unknown"]


@dataclass(frozen=True, slots=True, repr=False)
class IdCard:
    """One card as its chip says (GA/T 490). Personal data: keep it short, never log it; `repr` shows only the kind."""

    kind: Kind
    name: str
    """Chinese name; a foreigner without one has the Latin name here."""

    sex: Sex
    birth: date
    number: str
    """公民身份号码, 居住证号码 or 永久居留身份证号码."""

    valid_from: date
    valid_to: date | None
    """Last day of validity; None for 长期 (no end)."""

    nation: str = ""
    """民族 of a resident (GB/T 3304, e.g. 汉), country code of a foreigner (e.g. CAN); empty on a residence permit."""

    address: str = ""
    """Registered address; empty for a foreigner."""

    new_address: str = ""
    """Address appended to the chip after the card was printed (追加住址), if any."""

    issuer: str = ""
    """签发机关: its name, or its code on an older foreigner's card."""

    latin_name: str = ""
    """Latin name of a foreigner."""

    pass_number: str = ""
    """通行证号码 of a residence permit."""

    photo: bytes = b""
    """Portrait in the closed WLT format, 1024 bytes, as the chip has it."""

    def __repr__(self) -> str:
        return f"IdCard({self.kind})"


class IdReader(Protocol):
    """An ID-card reader: real or simulated."""

    @property
    def fault(self) -> str:
        """A ``driver.*`` code of what keeps the reader from reading at all (unplugged, broken), or empty."""
        ...

    async def read(self, timeout_s: float) -> IdCard:
        """Wait for a card and read it.

        Raises GuitaiError ``driver.id_card_none`` (nobody put one on in time), ``driver.id_card_rejected`` (the reader
        does not accept this card), ``driver.id_card_unreadable`` (it was moved while being read, or its text is
        damaged), or what `fault` names. Cancelling it is safe at any time.
        """
        ...
