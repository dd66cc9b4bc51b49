"""What rules would have decided on labelled events, and what other rules would have changed. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from guitai.messages.risk import Level, RiskContext
from guitai.risk.decision import assess, level_of
from guitai.risk.factors import weighed
from guitai.risk.measures import Number, auc, share, wilson
from guitai.risk.rules import FACTORS, Rules

PLACES = 4
_ORDER: tuple[Level, ...] = ("low", "medium", "high")

Case = RiskContext | dict[str, Decimal]
"""What was known of a request; or only its six r, when floors and bands are not to be tried."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What rules say of one event."""

    total: Number
    """R in millionths."""

    level: Level


def verdict(case: Case, rules: Rules) -> Verdict:
    """Return what the rules say: the decision itself, or the exact sum of given r."""
    if isinstance(case, RiskContext):
        decision = assess(case, rules)
        return Verdict(sum(part.millionths() for part in decision.contributions), decision.level)
    total = weighed({name: case[name] for name in FACTORS}, rules)
    return Verdict(total, level_of(total))


def figures(verdicts: Sequence[Verdict], frauds: Sequence[bool]) -> dict[str, float]:
    """Return AUC of R, recall and false alarms from medium and from high on, with 95 % intervals; n of each kind."""
    honest = [not fraud for fraud in frauds]
    found: dict[str, float | None] = {"auc": auc([one.total for one in verdicts], frauds)}
    for suffix, levels in (("", ("medium", "high")), ("_high", ("high",))):
        flags = [one.level in levels for one in verdicts]
        for name, among in (("acc", frauds), ("false_alarm", honest)):
            found[f"{name}{suffix}"] = share(flags, among)
            hits = sum(flag and counted for flag, counted in zip(flags, among, strict=True))
            low, high = wilson(hits, sum(among))
            found[f"{name}{suffix}_from"], found[f"{name}{suffix}_to"] = low, high
    told = {key: round(value, PLACES) for key, value in found.items() if value is not None}
    return {**told, "frauds": float(sum(frauds)), "honest": float(sum(honest))}


def changes(before: Sequence[Verdict], after: Sequence[Verdict], frauds: Sequence[bool]) -> dict[str, float]:
    """Return how many frauds and honest events the other rules would have lifted or lowered."""
    counted = Counter(
        (fraud, (_ORDER.index(new.level) > _ORDER.index(old.level)))
        for old, new, fraud in zip(before, after, frauds, strict=True)
        if old.level != new.level
    )
    return {
        "frauds_lifted": float(counted[True, True]),
        "frauds_lowered": float(counted[True, False]),
        "honest_lifted": float(counted[False, True]),
        "honest_lowered": float(counted[False, False]),
    }
