"""guitai service: headquarters' work orders, customers' sentences for retraining (export, clean), second factors of staff, the console's audit."""

from __future__ import annotations

import getpass
import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from guitai.messages.codec import convert
from guitai.wire.commands import load_private
from headquarters.console.audit import Audit
from headquarters.console.logins import Logins
from headquarters.console.second_factor import SecondFactors
from headquarters.engine import where
from headquarters.quality.read import DAY_MS, start_ms
from headquarters.service.cleaning import clean
from headquarters.service.dialogues import Sentence, sentences
from headquarters.service.orders import WorkOrders
from headquarters.store import Store

DATE = click.DateTime(["%Y-%m-%d"])


@click.group()
def service() -> None:
    """Work orders of the kiosks, and sentences for retraining (docs/service.md)."""


@service.command()
@click.option("--state", type=click.Choice(["open", "assigned", "done"]), help="Only those.")
@click.option("--queue", help="Only those of a queue of headquarters/service/routing.yaml.")
@click.pass_obj
def orders(files: tuple[Path, ...], state: Any, queue: str | None) -> None:
    """List work orders, the first due first."""
    with _store(files) as store:
        found = WorkOrders(store.connection, SystemClock()).all(state, queue, 1000)
    for order in found:
        click.echo(f"{order['kiosk']} {order['id']}  {order['state']:8} {order['queue'] or '-':10} {order['label']}")
    click.echo(f"{len(found)} work orders", err=True)


@service.command()
@click.argument("out", type=click.Path(path_type=Path))
@click.option("--since", type=DATE, required=True, help="First day.")
@click.option("--until", type=DATE, required=True, help="Last day.")
@click.pass_obj
def export(files: tuple[Path, ...], out: Path, since: datetime, until: datetime) -> None:
    """Write customers' sentences of some days to OUT (JSONL): scrubbed, labelled where a label is proved, with origin."""
    first, last = start_ms(since.date().isoformat()), start_ms(until.date().isoformat()) + DAY_MS
    with _store(files) as store:
        found = list(sentences(store.connection, first, last))
    _write(out, map(asdict, found))
    by = Counter(one.labelled_by or "nobody" for one in found)
    click.echo(
        f"{out}: {len(found)} sentences; labelled by " + ", ".join(f"{who} {n}" for who, n in sorted(by.items()))
    )


@service.command("clean")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--into", type=click.Path(path_type=Path), required=True, help="A copy of the folder data/.")
def clean_(file: Path, into: Path) -> None:
    """Clean an export into INTO/extra/collected_*.jsonl, which script/train --data INTO reads.

    Beside INTO: what staff should label, and a manifest that says what became of every sentence.
    """
    if not (into / "own" / "intents_zh.jsonl").is_file():
        raise GuitaiError("hq.no_training_data", path=into)
    target = into / "extra" / f"collected_{file.stem}.jsonl"
    known = [
        row["text"] for name in sorted(into.glob("*/*.jsonl")) if name != target for row in _read(name) if "text" in row
    ]
    found = [convert(row, Sentence) for row in _read(file)]
    cleaned = clean(found, known)
    _write(target, cleaned.kept)
    _write(into / f"to_label_{file.stem}.jsonl", cleaned.to_label)
    manifest = {
        "export": {"file": file.name, "sha256": hashlib.sha256(file.read_bytes()).hexdigest(), "sentences": len(found)},
        "kept": len(cleaned.kept), "to_label": len(cleaned.to_label), "dropped": cleaned.dropped,
        "intents": dict(sorted(Counter(line["intent"] for line in cleaned.kept).items())),
        "file": {"name": target.name, "sha256": hashlib.sha256(target.read_bytes()).hexdigest()},
    }  # fmt: skip
    (into / f"manifest_{file.stem}.json").write_text(
        json.dumps(manifest, ensure_ascii=False, indent=1) + "\n", encoding="utf-8"
    )
    reasons = ", ".join(f"{reason} {n}" for reason, n in cleaned.dropped.items()) or "nothing"
    click.echo(f"{target}: {len(cleaned.kept)} kept, {len(cleaned.to_label)} to label, dropped: {reasons}")


@service.command("second-factor")
@click.argument("person")
@click.pass_obj
def second_factor(files: tuple[Path, ...], person: str) -> None:
    """Give PERSON (an administrator's id at the identity provider) a new secret for one-time codes.

    The address that is printed goes into an authenticator app, at once and never by mail; the secret before it is void.
    """
    config = configuration.load(files)
    key = load_private(config.paths.keys / "command.key")
    with _store(files) as store:
        clock = SystemClock()
        address = SecondFactors(store.connection, key, clock).enrol(person)
        Audit(store.connection, clock).write(None, "second_factor.enrolled", person, {"by": getpass.getuser()})
    click.echo(address)


@service.command("log-out")
@click.argument("person")
@click.pass_obj
def log_out(files: tuple[Path, ...], person: str) -> None:
    """End every session of PERSON at the console, at once: their roles are asked of the identity provider only at login."""
    with _store(files) as store:
        ended = Logins(store.connection, SystemClock()).end_all(person)
        Audit(store.connection, SystemClock()).write(None, "logout.forced", person, {"by": getpass.getuser()})
    click.echo(f"{ended} sessions ended")


@service.command()
@click.pass_obj
def audit(files: tuple[Path, ...]) -> None:
    """Check the whole chain of the console's audit; exit code 1 if a line was changed, deleted or put in."""
    with _store(files) as store:
        found = Audit(store.connection, SystemClock())
        total, intact = found.total(), found.intact_to(anew=True)
    click.echo(f"{total} lines, whole up to line {intact}")
    if intact != total:
        raise click.exceptions.Exit(1)


@contextmanager
def _store(files: tuple[Path, ...]) -> Iterator[Store]:
    with closing(Store(where(configuration.load(files)))) as store:
        yield store


def _read(file: Path) -> Iterator[dict[str, Any]]:
    try:
        for number, line in enumerate(file.read_text(encoding="utf-8").splitlines(), 1):
            if line.strip():
                row = json.loads(line)
                if not isinstance(row, dict):
                    raise GuitaiError("hq.bad_export", path=file, line=number)
                yield row
    except (OSError, UnicodeDecodeError, json.JSONDecodeError) as error:
        raise GuitaiError("hq.bad_export", path=file, line=str(error)) from error


def _write(file: Path, rows: Iterable[dict[str, Any]]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
