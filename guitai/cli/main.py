"""The command guitai: run, prove, measure and mend the branch. Errors are one clear sentence, never a traceback."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click
import structlog

from guitai import config as configuration
from guitai.cli.configure import configure
from guitai.cli.lazy import LazyGroup
from guitai.errors import GuitaiError
from guitai.tables import PROCESSES

LAZY = {
    "models": ("guitai.cli.models", "models", "List, pull and verify the models."),
    "provision": (
        "guitai.cli.provision",
        "provision",
        "Let this kiosk join headquarters; renew, move, decommission it.",
    ),
    "enrolment": ("guitai.cli.enrolment", "enrolment", "At headquarters: claim codes and certificates of kiosks."),
    "keys": ("guitai.cli.keys", "keys", "Keep the journal's key in the TPM; recover it."),
    "revoke": ("guitai.cli.revoke", "revoke", "Shut a kiosk out: its certificate is refused, its connection cut."),
    "knowledge": ("guitai.cli.knowledge", "knowledge", "Check, build and choose the answers the kiosk may give."),
    "flows": ("guitai.cli.flows", "flows", "Check and list the businesses this kiosk does."),
    "replay": ("guitai.cli.replay", "replay", "Re-run a recorded session and compare every effect."),
    "audit": ("guitai.cli.audit", "audit", "Is the journal what was written? Export it for an auditor."),
    "eval": ("guitai.cli.evaluate", "evaluate", "Score labelled files."),
    "devices": ("guitai.cli.devices.group", "devices", "For the technician: see, test, exercise and fill the devices."),
    "demo": ("guitai.demo.command", "demo", "Serve scripted customers end to end, or a person with --interactive."),
    "hands": ("guitai.cli.hands", "hands", "Work the simulated devices: insert a card, type a PIN, take notes."),
    "risk": ("guitai.cli.risk", "risk", "Risk rules and watch list, back-tests, explanations."),
    "review": ("guitai.cli.review", "review", "Headquarters' nightly review of the risk rules."),
    "quality": ("guitai.cli.quality", "quality", "Headquarters' figures: resolved, response, satisfaction, Acc, Suc."),
    "recording": ("guitai.cli.recording", "recording", "List and verify the recordings of sales (双录)."),
    "uploads": ("guitai.cli.uploads", "uploads", "List and take out what kiosks have sent headquarters."),
    "backup": ("guitai.cli.backup", "backup", "Copy headquarters' store, and put a copy back."),
    "support": ("guitai.cli.support", "support", "Open kiosks' support bundles, at headquarters."),
    "rollout": ("guitai.cli.rollout", "rollout", "Roll releases out over the fleet, canaries first."),
    "update": ("guitai.cli.update", "update", "Update this machine, from headquarters or a stick."),
    "service": ("guitai.cli.service", "service", "Work orders, and customers' sentences for retraining."),
    "ui": ("guitai.cli.ui", "ui", "Look at the window's screens without a kiosk."),
    "bench": ("guitai.cli.bench", "bench", "Measure against the budgets of guitai/tables.py."),
    "doctor": ("guitai.cli.doctor", "doctor", "Check this machine and say what to do."),
}
"""Commands whose modules load only when they are called."""


@click.group(
    cls=LazyGroup, lazy=LAZY, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110}
)
@click.option("--config", "files", multiple=True, type=click.Path(path_type=Path), help="A TOML file; may be repeated.")
@click.version_option(package_name="guitai")
@click.pass_context
def cli(ctx: click.Context, files: tuple[Path, ...]) -> None:
    """Guitai (柜台): the software of a video teller machine.

    Configuration: defaults, then /etc/guitai/*.toml, then --config files, then GUITAI__SECTION__KEY.
    """
    ctx.obj = files


@cli.command()
@click.argument("process", type=click.Choice([process.name for process in PROCESSES]))
@click.pass_obj
def run(files: tuple[Path, ...], process: str) -> None:
    """Run one process of the table until SIGTERM."""
    row = next(p for p in PROCESSES if p.name == process)
    module, function = row.entry.split(":")
    getattr(importlib.import_module(module), function)(configuration.load(files))


cli.add_command(configure)


def log_to_stderr() -> None:
    """Keep what is logged out of a command's answer on stdout; processes of the table set up their own logging."""
    structlog.configure(logger_factory=structlog.PrintLoggerFactory(sys.stderr))


def main() -> None:
    """Entry point: a GuitaiError becomes its sentence and exit code 1."""
    log_to_stderr()
    try:
        cli(standalone_mode=False)
    except GuitaiError as error:
        click.echo(f"guitai: {error.code}: {error.english()}", err=True)
        sys.exit(1)
    except click.ClickException as error:
        error.show()
        sys.exit(error.exit_code)
    except (click.Abort, KeyboardInterrupt):
        sys.exit(130)
    except ExceptionGroup as group:
        known, rest = group.split(GuitaiError)
        if known is None or rest is not None:
            raise
        for leaf in _leaves(known):
            click.echo(f"guitai: {leaf}", err=True)
        sys.exit(1)


def _leaves(group: BaseExceptionGroup[GuitaiError]) -> list[BaseException]:
    out: list[BaseException] = []
    for error in group.exceptions:
        out += _leaves(error) if isinstance(error, BaseExceptionGroup) else [error]
    return out
