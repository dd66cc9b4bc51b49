"""guitai risk: rules and watch list of the risk sum, back-tests and explanations."""

from __future__ import annotations

import click

from guitai.cli.lazy import LazyGroup

LAZY = {
    "backtest": (
        "guitai.cli.risk_backtest",
        "backtest",
        "Decide labelled events again, by the rules in force and by others.",
    ),
    "devices": (
        "guitai.cli.risk_devices",
        "devices",
        "The reader and PIN pad this kiosk knows by model and serial number.",
    ),
    "explain": ("guitai.cli.risk_explain", "explain", "Explain a session's decisions to customer, teller or auditor."),
    "rules": ("guitai.cli.risk_rules", "rules", "Check, sign, use, try out and take back the rules."),
    "watch": ("guitai.cli.risk_watch", "watch", "Make, use and look at the list of accounts to be held."),
}


@click.group(cls=LazyGroup, lazy=LAZY)
def risk() -> None:
    """The risk sum: its rules, its watch list, what it would have decided, and why it decided."""
