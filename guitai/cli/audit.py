"""`guitai audit`: is the journal what was written, and an export that others can check."""

from __future__ import annotations

import dataclasses
import json
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

import click

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.journal import audit as book
from guitai.journal.verify import Verified
from guitai.keys import DEVICE_CERTIFICATE, device_check, device_signer
from guitai.keyseal.stored import journal_key
from guitai.tables import ANCHOR

if TYPE_CHECKING:
    from headquarters.audit import Verified as StoreVerified


WORDS = {"waiting": "rows waiting", "destroyed": "events with destroyed fields"}


@click.group()
def audit() -> None:
    """Check the journal or headquarters' store, or write what an auditor can check without its key. docs/journal.md says as whom."""


@audit.command("verify")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@click.option("--export", "file", type=click.Path(path_type=Path, dir_okay=False), help="Check this export instead.")
@click.option(
    "--certificate", type=click.Path(path_type=Path, dir_okay=False),
    help="The device's certificate (PEM); otherwise this machine's own.",
)  # fmt: skip
@click.option("--store", is_flag=True, help="Check headquarters' store instead, on its machine.")
@click.pass_obj
def verify(files: tuple[Path, ...], as_json: bool, file: Path | None, certificate: Path | None, store: bool) -> None:
    """Check every row, both chains, the seal and the signatures; exits 1 and names the first row that is wrong."""
    config = configuration.load(files)
    if store:
        _tell(_verify_store(config), as_json)
    check = device_check(certificate or config.paths.keys / DEVICE_CERTIFICATE)
    if file is not None:
        found = book.verify_export(file, check)
    else:
        with _journal(config) as journal:
            found = journal.verify(check, config.paths.own_keys / ANCHOR)
    _tell(found, as_json)


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
    key = journal_key(config.paths.keys)
    return book.opened(config.paths.state / "journal.db", key, config.kiosk.id)


def _verify_store(config: Config) -> StoreVerified:
    from headquarters.audit import verify as verify_store
    from headquarters.engine import where
    from headquarters.store import Store

    here = where(config)
    if isinstance(here.database, Path) and not here.database.exists():
        raise GuitaiError("hq.database", path=here.database, reason="it is not there")
    with closing(Store(here)) as store:
        return verify_store(store.connection)


def _tell(found: Verified | StoreVerified, as_json: bool) -> NoReturn:
    click.echo(json.dumps(dataclasses.asdict(found), ensure_ascii=False) if as_json else _sentence(found))
    raise SystemExit(1 if found.fault else 0)


def _sentence(found: Verified | StoreVerified) -> str:
    figures = {name: value for name, value in dataclasses.asdict(found).items() if name != "fault"}
    counts = ", ".join(f"{value} {WORDS.get(name, name)}" for name, value in figures.items())
    return f"not what was written: {found.fault} ({counts})" if found.fault else f"untouched: {counts}"
