"""The group guitai devices: each sub-command's module loads when it is called."""

from __future__ import annotations

import logging

import click
import structlog

from guitai.cli.lazy import LazyGroup

LAZY = {
    "exchange": ("guitai.cli.devices.exchange", "exchange", "Replenish: counts of the machine, yours, the difference."),
    "exercise": ("guitai.cli.devices.exercise", "exercise", "Walk a device through its moves with a person."),
    "explain": ("guitai.cli.devices.explain", "explain", "Say what an error code or a state means."),
    "inject": ("guitai.cli.devices.inject", "inject", "Bring a fault about on a simulated device."),
    "list": ("guitai.cli.devices.listing", "listing", "List the services that answer, with what stands behind them."),
    "ports": ("guitai.cli.devices.ports", "ports", "List ports and card readers, try the configured real devices."),
    "status": ("guitai.cli.devices.status", "status", "Show how every device is and what to do next; --watch."),
    "token-check": ("guitai.cli.devices.token_check", "token_check", "Run others' token vectors against our check."),
    "test": ("guitai.cli.devices.selftest", "selftest", "Test devices without moving anything; exits 1 on red."),
    "trace": ("guitai.cli.devices.tracing", "tracing", "Show messages as they pass, one line each, redacted."),
}


@click.group(cls=LazyGroup, lazy=LAZY)
def devices() -> None:
    """See, test, exercise and fill the devices of this kiosk, in plain sentences."""
    # The command line speaks in sentences of its own; what the bridge logs would stand between them.
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.CRITICAL))
