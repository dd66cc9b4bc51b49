"""From contributions and floors to a level and what must happen; integers throughout, 60.0 is high."""

from __future__ import annotations

from decimal import Decimal

from guitai.messages.risk import Action, Contribution, Factor, FloorReason, Level, RiskContext, RiskDecision
from guitai.risk.factors import contributions, injected
from guitai.risk.floors import floors
from guitai.risk.rules import Rules

MEDIUM_MILLIONTHS = 30 * 1_000_000
HIGH_MILLIONTHS = 60 * 1_000_000
_ORDER: tuple[Level, ...] = ("low", "medium", "high")
_WITH_HUMAN = frozenset({"strong_cue", "coached", "duress"})
_INCOMING = frozenset({"deposit"})
"""Businesses that bring the customer money: nothing of it is held or delayed, and no code is sent."""


def assess(context: RiskContext, rules: Rules, given_r: tuple[tuple[Factor, int], ...] = ()) -> RiskDecision:
    """Return the decision on one request. Pure and exact: the same inputs give the same bits.

    With `given_r` (hundredths) the six r are what a drill says; the floors look at the facts all the same.
    """
    parts = injected(dict(given_r), rules) if given_r else contributions(context, rules)
    return decide(parts, floors(context, rules), rules, context.business)


def decide(
    parts: tuple[Contribution, ...], lifted: tuple[FloorReason, ...], rules: Rules, business: str = "transfer"
) -> RiskDecision:
    """Return the decision for given contributions and floors on a business."""
    total = sum(part.millionths() for part in parts)
    level = max((level_of(total), *(floor.level for floor in lifted)), key=_ORDER.index)
    return RiskDecision(
        r_hundredths=(total + 5_000) // 10_000,
        level=level,
        contributions=parts,
        floors=lifted,
        actions=_actions(level, {floor.floor for floor in lifted}, business),
        rules_hash=rules.hash,
    )


def level_of(total_millionths: int | Decimal) -> Level:
    """Return the level of R alone."""
    if total_millionths >= HIGH_MILLIONTHS:
        return "high"
    return "medium" if total_millionths >= MEDIUM_MILLIONTHS else "low"


def _actions(level: Level, names: set[str], business: str) -> tuple[Action, ...]:
    if business in _INCOMING:
        return _incoming(level, names)
    asked: tuple[Action, ...] = ("counterparty",) if "aml_frequent_large" in names else ()
    if level == "high":
        return ("second_confirm", "hold", "human", *asked)
    if level == "low":
        return ("second_confirm",)
    if names & _WITH_HUMAN:
        # Nothing is asked of a customer whom somebody forces: the kiosk shows nothing at all.
        question: tuple[Action, ...] = () if "duress" in names else ("prompt",)
        return ("second_confirm", *question, "delay_24h", "human", *asked)
    return ("second_confirm", "prompt", "sms", *asked)


def _incoming(level: Level, names: set[str]) -> tuple[Action, ...]:
    """Return what happens when money comes in: a sign in the words is asked about, a grave one brings a human first."""
    if level == "high" or "duress" in names:
        return ("second_confirm", "human")
    if names & _WITH_HUMAN:
        return ("second_confirm", "prompt", "human")
    return ("second_confirm", "prompt") if "weak_cue" in names else ("second_confirm",)
