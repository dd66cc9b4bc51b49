"""`guitai audit`: is the journal what was written, and an export that others can check."""

from __future__ import annotations

import dataclasses
import json
from contextlib import AbstractContextManager
from pathlib import Path

import click

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import audit as book
from guitai.journal.verify import Verified
from guitai.keys import DEVICE_CERTIFICATE, device_check, device_signer, read_key
from guitai.tables import ANCHOR


@click.group()
def audit() -> None:
    """Check the journal, or write what an auditor can check without its key. docs/journal.md says as whom."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--export", "file", type=click.Path(path_type=Path, dir_okay=False), help="Check this export instead.")
@click.option(
    "--certificate", type=click.Path(path_type=Path, dir_okay=False),
    help="The device's certificate (PEM); otherwise this machine's own.",
)  # fmt: skip
@click.pass_obj
def verify(files: tuple[Path, ...], as_json: bool, file: Path | None, certificate: Path | None) -> None:
    """Check every row, both chains, the seal and the signatures; exits 1 and names the first row that is wrong."""
    config = configuration.load(files)
    check = device_check(certificate or config.paths.keys / DEVICE_CERTIFICATE)
    if file is not None:
        found = book.verify_export(file, check)
    else:
        with _journal(config) as journal:
            found = journal.verify(check, config.paths.own_keys / ANCHOR)
    click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False) if as_json else _sentence(found))
    raise SystemExit(1 if found.fault else 0)


@audit.command("export")
@click.argument("target", type=click.Path(path_type=Path, dir_okay=False))
@click.pass_obj
def export(files: tuple[Path, ...], target: Path) -> None:
    """Write the ledger, its checkpoints and every event to TARGET (*.jsonl), signed by this device.

    Personal fields stay encrypted in it. Check it with `guitai audit verify --export TARGET --certificate kiosk.crt`.
    """
    config = configuration.load(files)
    sign = device_signer(config.paths.keys)
    try:
        with _journal(config) as journal:
            lines = journal.export(target, sign, SystemClock().unix_ms())
    except OSError as error:
        raise GuitaiError("journal.export_failed", path=target, reason=error.strerror) from error
    click.echo(f"{target}: {lines} lines")


def _journal(config: Config) -> AbstractContextManager[book.Journalled]:
    key = read_key(config.paths.keys / "journal.key")
    return book.opened(config.paths.state / "journal.db", key, config.kiosk.id)


def _sentence(found: Verified) -> str:
    counts = (
        f"{found.entries} entries, {found.events} events, {found.waiting} rows waiting, {found.checkpoints} checkpoints"
    )
    return f"not what was written: {found.fault} ({counts})" if found.fault else f"untouched: {counts}"
