"""Business: everything a bank host can be asked and told beyond transfers and cash.

What each kind takes and gives is in `guitai/dialogue/services.yaml`. Values are text. A name's ending tells what it is: ``_fen`` integer fen, ``_date`` ISO date, ``_bp`` hundredths of a percent
(a rate of 95 is 0.95 %), ``_tail`` last four digits, ``_at`` ISO date and time, ``_id`` the host's own handle.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

from guitai.messages.codec import effect, event
from guitai.money import Fen

Values = tuple[tuple[str, str], ...]

VAULT = "vault:"
"""Begins a value that stands for what the session's vault holds: a phone number, an ID number, words of a complaint."""

PERSON = "person:"
"""Begins a value that stands for the number on the ID card that was read."""

PIN, PIN_AGAIN = "pin:new", "pin:again"
"""Stand for the encrypted blocks of a new PIN and its repetition, hexadecimal."""


@event("bank.inquired")
@dataclass(frozen=True, slots=True)
class Inquired:
    """The answer to an inquiry."""

    request_id: str
    fields: Values = ()
    rows: tuple[Values, ...] = ()
    """One entry each, such as a deposit; the host's own order."""

    refused: str = ""
    """Why there is no answer, in the customer's words; empty when there is one."""


@event("bank.ordered")
@dataclass(frozen=True, slots=True)
class OrderOutcome:
    """What became of an order."""

    request_id: str
    status: Literal["done", "delayed", "held", "refused", "absent"]
    """``absent``: the host never saw this id (after a break: safe to ask for again)."""

    reason: str = ""
    case_number: str = ""
    fields: Values = ()


@effect("bank.inquire")
@dataclass(frozen=True, slots=True)
class Inquire:
    """Ask the host; changes nothing there."""

    request_id: str
    kind: str
    card_token: str
    """Empty where nobody has to be known, as for today's exchange rates."""

    params: Values = ()
    """Values that begin with `VAULT` are filled in on the way to the host."""


@effect("bank.order")
@dataclass(frozen=True, slots=True)
class PlaceOrder:
    """Have the host do something: move the customer's money, change a right, register a wish. Committed."""

    request_id: str
    kind: str
    card_token: str
    params: Values
    """Values that begin with `VAULT` or `PERSON`, and `PIN` and `PIN_AGAIN`, are filled in on the way to the host."""

    mode: Literal["now", "delay_24h", "hold"] = "now"
    risk_ref: str = ""
    """Sequence of the journalled risk decision this rests on, where money leaves the customer."""

    approved_by: str = ""
    """The teller who approved it, where the kiosk may not do it alone."""


@effect("bank.ask_order")
@dataclass(frozen=True, slots=True)
class AskOrder:
    """After a break: what became of the order `request_id`? Moves nothing."""

    request_id: str


def amount_of(values: Values, name: str = "amount_fen") -> Fen:
    """Return an amount among values, 0 where there is none."""
    return Fen(int(dict(values).get(name, "0")))


def paired(answer: dict[str, Any]) -> dict[str, Any]:
    """Return a host's answer with its objects of named values as pairs of text, as our messages have them."""
    out = dict(answer)
    if "fields" in answer:
        out["fields"] = list(answer["fields"].items())
    if "rows" in answer:
        out["rows"] = [list(row.items()) for row in answer["rows"]]
    return out
