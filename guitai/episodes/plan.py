"""What an episode goes through: who comes, and what breaks at which moment. Made from a seed, shown in a few words."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA
from firmware_bridge.simulator.card_reader import STEPS as CARD_STEPS
from firmware_bridge.simulator.dispenser import STEPS
from firmware_bridge.simulator.recycler import CASH_IN_STEPS
from guitai.episodes.menu import (
    BANK_FAULTS,
    CONDITIONS,
    LINE_FAULTS,
    LINK_FAULTS,
    PROCESS_DEATHS,
    Menu,
    menu_of,
)

Business = Literal["withdraw", "deposit", "balance"]
BUSINESSES: tuple[Business, ...] = (*("withdraw",) * 5, *("deposit",) * 4, "balance")

Forgets = Literal["", "card", "notes"]
DIALECTS = {dialect.name: dialect for dialect in (KAL, SCHEMA, FIRST)}
"""In the order in which a seed draws them."""

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


BREAKS = ("line breaks before", "line breaks after")
BANK_LOSSES = ("request lost", "answer lost")
DEAD_S = 2.0


def plan_of(seed: int) -> Plan:
    """Return the plan of a seed."""
    lot = random.Random(seed)  # noqa: S311 # a test plan, no secret
    count = lot.choices((0, 1, 2, 3), (4, 46, 30, 20))[0]
    visits = tuple(_visit(lot) for _ in range(lot.choices((1, 2), (80, 20))[0]))
    menu = menu_of(visit.business for visit in visits)
    dialect = lot.choices(tuple(DIALECTS), (60, 25, 15))[0]
    return Plan(seed, dialect, visits, tuple(_incident(lot, menu, len(visits)) for _ in range(count)))


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


def _incident(lot: random.Random, menu: Menu, visits: int) -> Incident:
    kind = lot.choices(("death", "line", "bank", "power", "arm", "condition"), (24, 24, 16, 16, 16, 4))[0]
    match kind:
        case "death":
            return _at_random(lot, menu, visits, lot.choice(PROCESS_DEATHS), lot.choice((0.5, 2.0, 45.0)))
        case "line":
            return _line_fault(lot, menu, visits)
        case "bank":
            what = lot.choice(BANK_FAULTS)
            seconds = {"slow": 2.5, "bank down": lot.choice((4.0, 30.0, 200.0))}.get(what, 0.0)
            return Incident(what, f"bank {lot.choice(menu.bank)}", lot.choices((1, 2), (4, 1))[0], seconds)
        case "power":
            device, step = lot.choice(
                [*(("dispenser", s) for s in menu.steps), *(("card_reader", s) for s in CARD_STEPS)]
            )
            return _at_random(lot, menu, visits, f"arm {device} power_cut:{step}", 0.0)
        case "arm":
            fault = lot.choice(menu.faults + LINK_FAULTS)
            device = lot.choice(("dispenser", "card_reader")) if fault in LINK_FAULTS else "dispenser"
            return _at_random(lot, menu, visits, f"arm {device} {fault}", 0.0)
        case _:
            return _at_random(lot, menu, visits, f"arm {lot.choice(CONDITIONS)}", lot.choice((5.0, 60.0)))


def _line_fault(lot: random.Random, menu: Menu, visits: int) -> Incident:
    what = lot.choice(LINE_FAULTS)
    if what == "retyped":
        event = lot.choice(("event", *(f"frame {name}" for name in menu.events)))
        return Incident(what, event, lot.randint(1, 40) if event == "event" else 1)
    return Incident(what, *_frame(lot, menu, visits), lot.choice((0.3, 8.0, 70.0)) if what == "held up" else 0.0)


def _at_random(lot: random.Random, menu: Menu, visits: int, what: str, seconds: float) -> Incident:
    if what.startswith("arm") and lot.random() < 0.6:
        return Incident(what, "frame", 1, seconds)
    if lot.random() < 0.5:
        return Incident(what, *_frame(lot, menu, visits), seconds)
    at = lot.choice(("journal", "journalled", "effect"))
    if at == "effect" and lot.random() < 0.7:
        return Incident(what, f"effect {lot.choice(menu.effects)}", lot.choices((1, 2), (4, 1))[0], seconds)
    return Incident(what, at, lot.randint(1, 40 * visits), seconds)


def _frame(lot: random.Random, menu: Menu, visits: int) -> tuple[str, int]:
    if lot.random() < 0.6:
        return lot.choice(menu.frames), lot.choices((1, 2, 3), (8, 2, 1))[0]
    return "frame", lot.randint(20, 60 + 50 * visits)
