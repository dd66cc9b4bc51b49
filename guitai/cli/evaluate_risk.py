"""guitai eval risk: scores labelled events with the rules that ship, at both thresholds."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import click

from guitai.cli.evaluate import Bars, Figures, evaluate, report, scored, write
from guitai.cli.risk_events import read_events
from guitai.messages.risk import Level
from guitai.risk.decision import level_of
from guitai.risk.factors import weighed
from guitai.risk.measures import auc, brier, ece, reliability, share
from guitai.risk.rules import shipped

BARS: Bars = {"acc": (0.953, ">="), "false_alarm": (0.10, "<=")}
LEVELS: tuple[Level, ...] = ("low", "medium", "high")
PLACES = 4


@evaluate.command()
@scored
def risk(file: Path, as_json: bool, predictions: Path | None) -> None:
    """Risk. FILE is a CSV with login, amount, frequency, semantic, device, credit (r, 0 to 100) and label (0 or 1).

    acc is a recall: the share of frauds with R >= 30, where the kiosk begins to act; acc_high counts R >= 60 only.
    Calibration takes R / 100 as the probability of fraud.
    """
    events = read_events(file)
    rules = shipped()
    totals = [weighed(event.r, rules) for event in events]
    frauds = [event.fraud for event in events]
    levels = [level_of(total) for total in totals]
    write(
        predictions,
        ({"r": float(total / 1_000_000), "level": level} for total, level in zip(totals, levels, strict=True)),
    )
    figures = figures_of(totals, frauds)
    if not as_json:
        _table(totals, frauds)
    report("risk", figures, {key: bar for key, bar in BARS.items() if key in figures}, len(events), as_json)


def figures_of(totals: Sequence[Decimal | int], frauds: Sequence[bool]) -> Figures:
    """Return the figures of R in millionths against the labels; what a kind of event is missing for is left out."""
    levels = [level_of(total) for total in totals]
    honest = [not fraud for fraud in frauds]
    alerted = [level != "low" for level in levels]
    high = [level == "high" for level in levels]
    probabilities = _probabilities(totals)
    rate = sum(frauds) / len(frauds)
    found: dict[str, float | None] = {
        "auc": auc(totals, frauds),
        "acc": share(alerted, frauds),
        "false_alarm": share(alerted, honest),
        "acc_high": share(high, frauds),
        "false_alarm_high": share(high, honest),
        "precision": share(frauds, alerted),
        "brier": brier(probabilities, frauds),
        "brier_of_base_rate": rate * (1 - rate),
        "ece": ece(probabilities, frauds),
        "fraud_rate": rate,
    }
    for level in LEVELS:
        found[f"fraud_rate_{level}"] = share(frauds, [one == level for one in levels])
    return {key: round(value, PLACES) for key, value in found.items() if value is not None}


def _probabilities(totals: Sequence[Decimal | int]) -> list[float]:
    return [float(total) / 100_000_000 for total in totals]


def _table(totals: Sequence[Decimal | int], frauds: Sequence[bool]) -> None:
    click.echo("R          events   mean R / 100   frauds among them")
    for place, (count, told, seen) in enumerate(reliability(_probabilities(totals), frauds)):
        if count:
            click.echo(f"{place * 10:3}..{place * 10 + 10:3}   {count:7}   {told:12.4f}   {seen:17.4f}")
