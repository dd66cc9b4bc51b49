"""guitai risk explain: a session's risk decisions in the words of one reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from guitai.journal import recording
from guitai.messages.risk import RecordRisk
from guitai.messages.session import SessionOpened
from guitai.risk.explain import Language, auditor, customer, teller
from guitai.risk.rules import Rules, parse, shipped

Reader = Literal["customer", "teller", "auditor"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reader", type=click.Choice(["customer", "teller", "auditor"]), default="teller", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def explain(file: Path, reader: Reader, lang: Language) -> None:
    """Explain the risk decisions of a session log (*.jsonl), whose chain is verified first.

    The auditor gets one JSON object a line, with inputs, contributions, floors, hashes and the rules' own reasons.
    """
    recorded = recording.read(file)
    rules = shipped()
    for step in recorded.steps:
        event = step.occurred.event
        if isinstance(event, SessionOpened) and event.risk_rules:
            rules = parse(event.risk_rules)
        for record in step.effects:
            if isinstance(record, RecordRisk):
                _tell(record, rules, reader, lang, {"session_id": recorded.session_id, "at_ms": step.occurred.at_ms})


def _tell(record: RecordRisk, rules: Rules, reader: Reader, lang: Language, where: dict[str, object]) -> None:
    match reader:
        case "customer":
            click.echo(customer(record.decision, lang))
        case "teller":
            click.echo(
                "\n".join((record.risk_ref, *(f"  {ln}" for ln in teller(record.decision, record.context, lang))))
            )
        case "auditor":
            click.echo(json.dumps({**where, **auditor(record, rules)}, ensure_ascii=False))
