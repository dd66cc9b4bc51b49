"""What an episode goes through: who comes, and what breaks at which moment. Made from a seed, shown in a few words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from firmware_bridge.simulator.dispenser import STEPS
from firmware_bridge.simulator.recycler import CASH_IN_STEPS

Business = Literal["withdraw", "deposit", "balance"]
BUSINESSES: tuple[Business, ...] = (*("withdraw",) * 5, *("deposit",) * 4, "balance")

Forgets = Literal["", "card", "notes"]
DIALECTS = ("kal", "schema", "first")
AMOUNTS_YUAN = (100, 300, 500, 1200, 2000)


@dataclass(frozen=True, slots=True)
class Incident:
    """One thing that breaks."""

    what: str
    """What is done: `core dies`, `line breaks`, `arm dispenser jam_present` …"""

    at: str
    """At which kind of moment: `frame`, `frame CashDispenser.Present completion`, `journal`, `bank settle` …"""

    nth: int
    """At which moment of that kind, from 1."""

    seconds: float = 0.0
    """How long it lasts or holds up."""

    def __str__(self) -> str:
        """Return it in words."""
        for_s = f" for {self.seconds:g} s" if self.seconds else ""
        return f"{self.what}{for_s} at {self.at} {self.nth}"


@dataclass(frozen=True, slots=True)
class Visit:
    """One customer."""

    business: Business
    amount_yuan: int
    care: float
    """How often the customer does the obvious next thing."""

    seed: int
    """Of everything else the customer does."""

    forgets: Forgets = ""
    """What is left at its slot until the machine takes it in."""

    def __str__(self) -> str:
        """Return it in words."""
        forgets = f", forgets the {self.forgets}" if self.forgets else ""
        return f"{self.business} {self.amount_yuan} yuan (care {self.care:g}{forgets})"


@dataclass(frozen=True, slots=True)
class Plan:
    """A whole episode."""

    seed: int
    dialect: str
    visits: tuple[Visit, ...]
    incidents: tuple[Incident, ...]

    def __str__(self) -> str:
        """Return it in words."""
        visits = ", ".join(map(str, self.visits))
        return f"seed {self.seed}, {self.dialect}: {visits}; " + (
            "; ".join(map(str, self.incidents)) or "nothing breaks"
        )

    def shorter(self) -> list[Plan]:
        """Return the plans that are one thing simpler."""
        plans = [
            replace(self, incidents=self.incidents[:n] + self.incidents[n + 1 :]) for n in range(len(self.incidents))
        ]
        if len(self.visits) > 1:
            plans += [replace(self, visits=self.visits[:n] + self.visits[n + 1 :]) for n in range(len(self.visits))]
        for n, visit in enumerate(self.visits):
            if visit.care < 1:
                careful = replace(visit, care=1.0)
                plans.append(replace(self, visits=(*self.visits[:n], careful, *self.visits[n + 1 :])))
        return plans


MONEY_FRAMES = tuple(
    f"frame {name}"
    for name in (
        "Common.GetCommandNonce completion",
        "CashDispenser.Dispense command",
        "CashDispenser.Dispense completion",
        "CashDispenser.Present command",
        "CashDispenser.Present completion",
        "CashManagement.Retract command",
        "CashManagement.Retract completion",
        "CashDispenser.Reject command",
        "CashDispenser.Reject completion",
        "CashDispenser.GetPresentStatus completion",
        "CashManagement.ItemsTakenEvent",
        "CardReader.Move command",
        "CardReader.Move completion",
        "CardReader.MediaRemovedEvent",
        "CardReader.ReadRawData completion",
        "CashAcceptor.CashInStart completion",
        "CashAcceptor.CashIn command",
        "CashAcceptor.CashIn completion",
        "CashAcceptor.CashInEnd command",
        "CashAcceptor.CashInEnd completion",
        "CashAcceptor.CashInRollback command",
        "CashAcceptor.CashInRollback completion",
        "CashAcceptor.GetCashInStatus completion",
    )
)
MONEY_EFFECTS = tuple(
    f"effect {name}"
    for name in (
        "bank.reserve",
        "cash.dispense",
        "card.move",
        "cash.present",
        "cash.retract",
        "cash.reject",
        "bank.settle",
        "cash.ask_status",
        "session.closed",
        "cashin.start",
        "cashin.insert",
        "cashin.end",
        "cashin.roll_back",
        "cashin.retract",
        "cashin.ask_status",
        "bank.post_deposit",
    )
)
BANK_CALLS = tuple(
    f"bank {name}"
    for name in ("reserve", "token", "settle", "ask_debit", "look_up", "verify_pin", "post_deposit", "post_deposit")
)

PROCESS_DEATHS = ("core dies", "devices die", "both die")
LINE_FAULTS = ("line breaks before", "line breaks after", "all lines break", "held up", "twice", "overtaken", "retyped")
BREAKS = ("line breaks before", "line breaks after")
BANK_LOSSES = ("request lost", "answer lost")
DEAD_S = 2.0
BANK_FAULTS = ("request lost", "answer lost", "slow", "bank down")
DISPENSER_FAULTS = (
    "jam",
    "jam_dispense",
    "jam_present",
    "jam_present_partly",
    "jam_retract",
    "jam_insert",
    "jam_store",
    "jam_return",
    "taken_during_retract",
    "clear_nonce",
)
LINK_FAULTS = ("disconnect_early", "disconnect", "duplicate", "delay:20")
CARD_STEPS = ("insert.done", "eject.done", "retain.done")
CONDITIONS = ("card_reader jam", "card_reader retain_full", "dispenser offline", "pin_pad tamper", "printer paper_out")


def plan_of(seed: int) -> Plan:
    """Return the plan of a seed."""
    lot = random.Random(seed)  # noqa: S311 # a test plan, no secret
    count = lot.choices((0, 1, 2, 3), (4, 46, 30, 20))[0]
    visits = tuple(_visit(lot) for _ in range(lot.choices((1, 2), (80, 20))[0]))
    return Plan(seed, lot.choice(DIALECTS), visits, tuple(_incident(lot) for _ in range(count)))


def sweep(base: Plan, moments: Mapping[str, int]) -> list[Plan]:
    """Return `base` once for everything that can break at each of its moments, one thing a plan.

    `moments` says how many moments of each kind there are when nothing breaks.
    """
    incidents = [
        Incident(what, at, nth, DEAD_S)
        for what in PROCESS_DEATHS
        for at in ("frame", "journal", "journalled", "effect")
        for nth in range(1, moments[at] + 1)
    ]
    incidents += [Incident(what, "frame", nth) for what in BREAKS for nth in range(1, moments["frame"] + 1)]
    incidents += [Incident(what, "bank", nth) for what in BANK_LOSSES for nth in range(1, moments["bank"] + 1)]
    steps = [*(("dispenser", s) for s in (*STEPS, *CASH_IN_STEPS)), *(("card_reader", s) for s in CARD_STEPS)]
    incidents += [Incident(f"arm {device} power_cut:{step}", "frame", 1) for device, step in steps]
    return [replace(base, seed=n, incidents=(incident,)) for n, incident in enumerate(incidents)]


def _visit(lot: random.Random) -> Visit:
    forgets: Forgets = lot.choices(("", "card", "notes"), (82, 6, 12))[0]
    care = lot.choice((1.0, 1.0, 0.9, 0.75))
    return Visit(lot.choice(BUSINESSES), lot.choice(AMOUNTS_YUAN), care, lot.randrange(2**32), forgets)


def _incident(lot: random.Random) -> Incident:
    kind = lot.choices(("death", "line", "bank", "power", "arm", "condition"), (24, 24, 16, 16, 16, 4))[0]
    match kind:
        case "death":
            return _at_random(lot, lot.choice(PROCESS_DEATHS), lot.choice((0.5, 2.0, 45.0)))
        case "line":
            what = lot.choice(LINE_FAULTS)
            seconds = lot.choice((0.3, 8.0, 70.0)) if what == "held up" else 0.0
            return Incident(what, *_frame(lot), seconds)
        case "bank":
            what = lot.choice(BANK_FAULTS)
            seconds = {"slow": 2.5, "bank down": lot.choice((4.0, 30.0, 200.0))}.get(what, 0.0)
            return Incident(what, lot.choice(BANK_CALLS), lot.choices((1, 2), (4, 1))[0], seconds)
        case "power":
            device, step = lot.choice(
                [*(("dispenser", s) for s in (*STEPS, *CASH_IN_STEPS)), *(("card_reader", s) for s in CARD_STEPS)]
            )
            return _at_random(lot, f"arm {device} power_cut:{step}", 0.0)
        case "arm":
            fault = lot.choice(DISPENSER_FAULTS + LINK_FAULTS)
            device = "dispenser" if fault in DISPENSER_FAULTS else lot.choice(("dispenser", "card_reader"))
            return _at_random(lot, f"arm {device} {fault}", 0.0)
        case _:
            return _at_random(lot, f"arm {lot.choice(CONDITIONS)}", lot.choice((5.0, 60.0)))


def _at_random(lot: random.Random, what: str, seconds: float) -> Incident:
    if what.startswith("arm") and lot.random() < 0.6:
        return Incident(what, "frame", 1, seconds)
    if lot.random() < 0.5:
        return Incident(what, *_frame(lot), seconds)
    at = lot.choice(("journal", "journalled", "effect"))
    if at == "effect" and lot.random() < 0.7:
        return Incident(what, lot.choice(MONEY_EFFECTS), lot.choices((1, 2), (4, 1))[0], seconds)
    return Incident(what, at, lot.randint(1, 60), seconds)


def _frame(lot: random.Random) -> tuple[str, int]:
    if lot.random() < 0.5:
        return lot.choice(MONEY_FRAMES), lot.choices((1, 2, 3), (6, 2, 1))[0]
    return "frame", lot.randint(30, 160)
