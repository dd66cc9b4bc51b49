"""The weights in use and what the nightly review proposes, as risk officers see them beside the cases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from guitai.messages.risk import Factor
from headquarters.console.models import Body

Verdict = Literal["too_few", "no_better", "proposed", "rolled_back"]


class WeightOut(Body):
    """One factor's weight, per 10,000."""

    factor: Factor
    weight: int


class CandidateOut(Body):
    """What waits for approval, compared with what is in use on cases neither was fitted to (first: in use)."""

    version: int
    run: str
    made_ms: int
    weights: list[WeightOut]
    held_out: int
    acc: tuple[float, float]
    """Share of frauds recognised, 0 to 1."""

    false_alarm: tuple[float, float]
    auc: tuple[float, float]


class WeightsOut(Body):
    """The rules in force, what the last review said, and what it proposes."""

    version: int
    approved_by: str
    weights: list[WeightOut]
    labelled: int
    """Cases whose outcome is known."""

    verdict: Verdict | None
    """None: no review has run yet."""

    reviewed_ms: int | None
    candidate: CandidateOut | None


def weights_out(status: Mapping[str, Any]) -> WeightsOut:
    """Return what `Reviews.status` says in the console's words."""
    latest = next(iter(status["reviews"]), None)
    return WeightsOut(
        version=status["champion"]["version"], approved_by=status["champion"]["approved_by"],
        weights=_weights(status["weights"]), labelled=status["labelled"],
        verdict=latest["verdict"] if latest else None, reviewed_ms=latest["at_ms"] if latest else None,
        candidate=_candidate(status),
    )  # fmt: skip


def _candidate(status: Mapping[str, Any]) -> CandidateOut | None:
    told = {review["run"]: review["told"] for review in status["reviews"] if review["verdict"] == "proposed"}
    for waiting in status["waiting"]:
        if (found := told.get(waiting["run"])) is not None:
            held = found["held_out"]
            return CandidateOut(
                version=waiting["version"], run=waiting["run"], made_ms=waiting["made_ms"], weights=_weights(found["weights"]),
                held_out=held["count"], acc=held["acc"], false_alarm=held["false_alarm"], auc=held["auc"],
            )  # fmt: skip
    return None


def _weights(found: Mapping[Factor, int]) -> list[WeightOut]:
    return [WeightOut(factor=factor, weight=weight) for factor, weight in found.items()]
