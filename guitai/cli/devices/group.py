"""The group guitai devices: each sub-command's module loads when it is called."""

from __future__ import annotations

import click

from guitai.cli.lazy import LazyGroup

LAZY = {
    "explain": ("guitai.cli.devices.explain", "explain", "Say what an error code or a state means."),
    "list": ("guitai.cli.devices.listing", "listing", "List the services that answer, with what stands behind them."),
    "token-check": ("guitai.cli.devices.token_check", "token_check", "Run others' token vectors against our check."),
    "test": ("guitai.cli.devices.selftest", "selftest", "Test devices without moving anything; exits 1 on red."),
}


@click.group(cls=LazyGroup, lazy=LAZY)
def devices() -> None:
    """See, test, exercise and fill the devices of this kiosk, in plain sentences."""
