"""The form of a scripted customer: one object a line, checked key by key before anything is played."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

Level = Literal["low", "medium", "high"]
Action = Literal["serve", "prompt", "sms", "second_confirm", "delay_24h", "freeze", "human"]
Actor = Literal["customer", "stranger", "teller", "device", "network", "camera", "timer"]
Gist = Annotated[str, Field(min_length=1)]
"""Accepted substrings, separated by ``|``."""

DEEDS: dict[str, tuple[str, ...]] = {
    "customer": (
        "say", "silence", "touch", "insert_card", "take_card", "leave_card", "pin_ok", "pin_wrong", "pin_new_set",
        "sms_ok", "sms_wrong", "show_id", "insert_notes", "take_notes", "take_rejected_notes", "leave_notes", "leave",
    ),
    "stranger": ("say",),
    "teller": ("accept", "say", "decide"),
    "device": ("print_done", "jam", "note_rejected", "notes_retracted", "power_loss", "power_back"),
    "network": ("link_down", "link_up"),
    "camera": ("phone_at_ear", "second_person_close", "second_person_away", "face_lost", "face_other"),
    "timer": ("timeout",),
}  # fmt: skip
TIMEOUTS = ("customer_absent", "card_take_timeout", "notes_take_timeout", "teller_3_min")
TOUCHES = ("confirm", "continue", "cancel", "human")
APPROVED = frozenset(
    {"approve", "approved", "release", "allow", "confirm", "pass", "unfreeze", "ok", "yes", "同意", "通过", "放行"}
)
"""What a script may call a teller's approval; any other decision is a refusal."""

UI_MODES = {"large": True, "large_print": True, "elderly": True, "normal": False, "standard": False}


@cache
def intents() -> frozenset[str]:
    """Return the names of intents.csv."""
    lines = resources.files("edge_models.language").joinpath("intents.csv").read_text(encoding="utf-8").splitlines()
    return frozenset(line.partition(",")[0] for line in lines[1:] if line)


def _intent(name: str | None) -> str | None:
    if name is not None and name not in intents():
        raise ValueError(f"{name} is no intent of intents.csv")
    return name


def _digits(number: str | None) -> str | None:
    return "".join(c for c in number if c.isdecimal()) or None if number is not None else None


Intent = Annotated[str | None, AfterValidator(_intent)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class _Open(BaseModel):
    """Part of the world: what it says beyond these keys is told to whoever runs it, and not built."""

    model_config = ConfigDict(extra="allow", frozen=True)


class Person(_Open):
    """Who stands there."""

    age: int | None = None
    identity_ok: bool = True
    language: str = "zh-CN"
    risk_class: str | None = None
    name: str = "刘桂芳"
    phone: str = "13900000628"
    """May be masked: what is missing of it is made up."""


class Account(_Open):
    """One account, card, deposit or loan."""

    kind: str = "debit_I"
    balance_fen: int = 0
    """Of a debt it may be negative."""

    status: str = "normal"
    bill_fen: Annotated[int, Field(ge=0)] = 0
    min_due_fen: Annotated[int, Field(ge=0)] = 0
    term: str | int | None = None
    elapsed_days: Annotated[int, Field(ge=0)] = 0


class History(_Open):
    """What the bank has seen of the customer."""

    transfers_30d: int = 0
    typical_transfer_fen: int = 0
    withdrawals_30d: int = 0
    large_transfers_24h: int = 0
    known_payees: tuple[str, ...] = ()
    pending_transfers: tuple[Any, ...] = ()


class DeviceSetup(_Open):
    """How the machines stand at the beginning."""

    online: bool = True
    notes_fen: Annotated[int | None, Field(ge=0)] = None
    printer: str = "ok"
    card_reader: str = "ok"
    tamper: bool = False
    products: Any = None
    bills: Any = None


class Context(_Open):
    """What the risk factors are computed from."""

    card_region: str | None = None
    branch_region: str | None = None
    hour: Annotated[int | None, Field(ge=0, le=23)] = None
    new_payee: bool | None = None
    credit_record: str = "good"


class PayeeFacts(_Open):
    """What the customer knows of a payee."""

    account_no: Annotated[str | None, AfterValidator(_digits)] = None
    bank: str = "本行"
    first_transfer: bool | None = None


class GivenR(_Strict):
    """Six rᵢ, in [0, 100]."""

    login: Annotated[float, Field(ge=0, le=100)]
    amount: Annotated[float, Field(ge=0, le=100)]
    frequency: Annotated[float, Field(ge=0, le=100)]
    semantic: Annotated[float, Field(ge=0, le=100)]
    device: Annotated[float, Field(ge=0, le=100)]
    credit: Annotated[float, Field(ge=0, le=100)]


class Setup(_Open):
    """The world before the first turn."""

    customer: Person = Person()
    accounts: dict[str, Account] = {}
    history: History = History()
    device: DeviceSetup = DeviceSetup()
    risk_context: Context = Context()
    payees: dict[str, PayeeFacts] = {}
    risk_inject_r: GivenR | None = None


class Slots(_Strict):
    """Values the kiosk is to have understood; one that is absent or null is not judged."""

    amount_fen: int | None = None
    payee: str | None = None
    payee_account_tail: str | None = None
    payee_bank: str | None = None
    product: str | None = None
    period: str | int | None = None
    term: str | int | None = None
    purpose: str | None = None
    arrival: str | None = None
    phone_tail: str | None = None
    pay_kind: str | None = None
    bill: str | None = None
    user_no: str | None = None
    kind: str | None = None


class Expect(_Strict):
    """What is to be heard, decided, said and shown from this turn to the next."""

    intent: Intent = None
    slots: Slots | None = None
    kiosk_asks: str | None = None
    risk_level: Level | None = None
    risk_level_min: Level | None = None
    action: Action | None = None
    action_also_ok: tuple[Action, ...] | None = None
    must_say: tuple[Gist, ...] | None = None
    must_not: tuple[Gist, ...] | None = None


class Turn(_Strict):
    """One deed."""

    actor: Actor
    do: str
    text: str | None = None
    value: Any = None
    expect: Expect | None = None

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.do not in DEEDS[self.actor]:
            raise ValueError(f"{self.actor} cannot do {self.do}; it can do {', '.join(DEEDS[self.actor])}")
        if self.do == "say" and not (self.text or "").strip():
            raise ValueError("say needs a text")
        if self.do == "timeout" and self.value not in TIMEOUTS:
            raise ValueError(f"value of timeout is none of {', '.join(TIMEOUTS)}")
        if self.do == "decide" and not isinstance(self.value, str):
            raise ValueError("decide needs a value such as approve or reject")
        if self.do == "touch" and not _touchable(self.value):
            raise ValueError(
                f"value of touch is none of {', '.join(TOUCHES)} or an object such as {{amount_fen: 80000}}"
            )
        return self


class Outcome(_Strict):
    """What is to be true at the end."""

    resolved: bool | None = None
    money_moved_fen: int | None = None
    direction: Literal["out", "in", "own"] | None = None
    pending_fen: int | None = None
    moved_or_pending_fen: int | None = None
    handed_to_human: bool | None = None
    frozen: bool | None = None
    card_with: Literal["customer", "device", "retained"] | None = None
    card_state: str | None = None
    asked_twice: tuple[str, ...] | None = None
    dispute_open: bool | None = None
    retracted_fen: int | None = None
    retain_bin_recorded: bool | None = None
    ledger_debit_equals_taken_or_dispute: bool | None = None
    dispense_commands: int | None = None
    hq_events_exactly_once: bool | None = None
    screen_cleared: bool | None = None
    ui_mode: str | None = None
    language_end: str | None = None
    recalled_fen: int | None = None
    transfer_requests_distinct: int | None = None
    handover_history_min_turns: int | None = None
    log_must_not_contain: tuple[Gist, ...] | None = None
    in_service_after: bool | None = None
    advise: Gist | tuple[Gist, ...] | None = None


class Scenario(_Strict):
    """One scripted customer."""

    id: Annotated[str, Field(min_length=1)]
    title: str = ""
    tags: tuple[str, ...] = ()
    setup: Setup = Setup()
    turns: Annotated[tuple[Turn, ...], Field(min_length=1)]
    outcome: Outcome = Outcome()


def _touchable(value: Any) -> bool:
    if isinstance(value, dict) and len(value) == 1:
        ((name, wanted),) = value.items()
        if name == "intent":
            return wanted in intents()
        return name in Slots.model_fields and isinstance(wanted, str | int) and not isinstance(wanted, bool)
    return isinstance(value, str) and value in TOUCHES
