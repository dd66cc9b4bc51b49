"""Bodies of the bank host's inquiries and orders: one set of models a kind, made from guitai/dialogue/services.yaml.

Every value is text whose notation its name's ending tells (`guitai.messages.business`). What the host answers is held to that notation;
what it is asked is only documented by it: a wrong amount gets a sentence for the customer, not a fault.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, create_model

from guitai.dialogue.services import INQUIRIES, ORDERS, Service
from headquarters.bank.models import Body

LONGEST = 2_000
_NOTATIONS = {
    "_fen": ("Amount in fen", r"^-?\d{1,15}$"),
    "_date": ("ISO date, empty when there is none", r"^(\d{4}-\d{2}-\d{2})?$"),
    "_at": ("ISO date and time, empty when there is none", r"^(\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[+-]\d{2}:\d{2})?$"),
    "_bp": ("Hundredths of a percent a year", r"^\d{1,5}$"),
    "_tail": ("Last four characters, empty when there are none", r"^.{0,4}$"),
    "_id": ("The host's own handle", r"^.{1,120}$"),
}
MaybeCard = Annotated[str, Field(pattern=r"^([0-9a-f]{32})?$", title="Card token; empty where nobody has to be known")]


@dataclass(frozen=True, slots=True)
class Bodies:
    """What goes in and out for one kind."""

    asked: type[BaseModel]
    answered: type[BaseModel]


class Inquiring(Body):
    """An inquiry; it changes nothing."""

    card_token: MaybeCard = ""


class Answered(Body):
    """The answer; `fields` and `rows` are left out when there are none."""

    refused: Annotated[str, Field(title="Why there is no answer, for the customer")] = ""


class Ordering(Body):
    """An order; the id stands in the path."""

    card_token: MaybeCard = ""
    mode: Literal["now", "delay_24h", "hold"] = "now"
    risk_ref: Annotated[str, Field(max_length=120)] = ""
    approved_by: Annotated[str, Field(max_length=40, title="The teller who approved it")] = ""


class Ordered(Body):
    """What became of an order; `fields` are left out unless it is done, or will be when its day is over."""

    status: Literal["done", "delayed", "held", "refused"]
    reason: Annotated[str, Field(title="A sentence for the customer, or `needs a teller`")] = ""
    case_number: str = ""


class OrderedAny(Ordered):
    """The same for an order of any kind."""

    fields: Annotated[dict[str, str], Field(default_factory=dict)]


def _inquiry(kind: str, service: Service) -> Bodies:
    name = _class_name(kind)
    parts = {
        **_part("fields", _model(f"{name}Fields", service.fields)),
        **_part("rows", _model(f"{name}Row", service.rows), many=True),
    }
    return Bodies(
        create_model(f"{name}Inquiry", __base__=Inquiring, __doc__=Inquiring.__doc__, **_params(name, service)),
        create_model(f"{name}Answer", __base__=Answered, __doc__=Answered.__doc__, **parts),
    )


def _order(kind: str, service: Service) -> Bodies:
    name = _class_name(kind)
    done = _part("fields", _model(f"{name}Done", service.fields))
    return Bodies(
        create_model(f"{name}Order", __base__=Ordering, __doc__=_order_text(service), **_params(name, service)),
        create_model(f"{name}Ordered", __base__=Ordered, __doc__=Ordered.__doc__, **done),
    )


def _order_text(service: Service) -> str:
    money = {
        "none": "Moves no money.",
        "own": "Moves money between the customer's own accounts, or to the bank.",
        "out": "Moves money to somebody else.",
    }[service.money]
    return money + (" Refused without `approved_by`." if service.by == "teller" else "")


def _params(name: str, service: Service) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for param in service.params:
        title, pattern = _notation(param)
        text = Annotated[str, Field(max_length=LONGEST, title=title, json_schema_extra={"pattern": pattern})]
        fields[param] = (text, "" if param in service.optional else ...)
    return {"params": (create_model(f"{name}Params", __base__=Body, __doc__="What has to be told.", **fields), ...)}


def _model(name: str, values: Iterable[str]) -> type[BaseModel] | None:
    fields: dict[str, Any] = {}
    for value in values:
        title, pattern = _notation(value)
        fields[value] = (Annotated[str, Field(title=title, pattern=pattern)], ...)
    return create_model(name, __base__=Body, __doc__="Named values as text.", **fields) if fields else None


def _part(name: str, model: type[BaseModel] | None, many: bool = False) -> dict[str, Any]:
    if model is None:
        return {}
    return {name: (list[model], []) if many else (model | None, None)}  # type: ignore[valid-type]  # made while running


def _notation(name: str) -> tuple[str, str]:
    found = next((notation for ending, notation in _NOTATIONS.items() if name.endswith(ending)), None)
    return found or ("Text", r"(?s)^.*$")


def _class_name(kind: str) -> str:
    return "".join(part.capitalize() for part in kind.split("_"))


INQUIRY_BODIES = {kind: _inquiry(kind, service) for kind, service in INQUIRIES.items()}
ORDER_BODIES = {kind: _order(kind, service) for kind, service in ORDERS.items()}
