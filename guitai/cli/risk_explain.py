"""guitai risk explain: a session's risk decisions in the words of one reader."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Literal

import click

from guitai.journal import recording
from guitai.messages.codec import to_data
from guitai.messages.risk import RecordRisk
from guitai.messages.session import SessionOpened
from guitai.risk.errands import Errands
from guitai.risk.explain import Language, auditor, customer, teller, word
from guitai.risk.rules import Rules, parse, shipped

Reader = Literal["customer", "teller", "auditor"]


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--reader", type=click.Choice(["customer", "teller", "auditor"]), default="teller", show_default=True)
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True)
def explain(file: Path, reader: Reader, lang: Language) -> None:
    """Explain the risk decisions of a session log (*.jsonl), whose chain is verified first.

    R is decided again whenever what it stands on has changed. The customer gets what stood in the end of each errand, the
    teller and the auditor every decision and which one replaced it. The auditor gets one JSON object a line, with inputs,
    contributions, floors, hashes and the rules' own reasons.
    """
    recorded = recording.read(file)
    rules, errands = shipped(), Errands()
    decided: list[tuple[RecordRisk, Rules, int]] = []
    replaced: dict[str, str] = {}
    for step in recorded.steps:
        event = step.occurred.event
        if isinstance(event, SessionOpened) and event.risk_rules:
            rules = parse(event.risk_rules)
        for message in (event, *step.effects):
            data = to_data(message)
            before = errands.follow(data["type"], data)
            if isinstance(message, RecordRisk):
                decided.append((message, rules, step.occurred.at_ms))
                replaced |= {before: message.risk_ref} if before else {}
    for record, by, at_ms in decided:
        where = {"session_id": recorded.session_id, "at_ms": at_ms, "replaced_by": replaced.get(record.risk_ref)}
        _tell(record, by, reader, lang, where)


def _tell(record: RecordRisk, rules: Rules, reader: Reader, lang: Language, where: dict[str, object]) -> None:
    later = where["replaced_by"]
    match reader:
        case "customer" if later is None:
            click.echo(customer(record.decision, record.context, lang))
        case "teller":
            head = (
                record.risk_ref if later is None else f"{record.risk_ref}  ({word('record', 'replaced', lang)} {later})"
            )
            click.echo("\n".join((head, *(f"  {ln}" for ln in teller(record.decision, record.context, lang)))))
        case "auditor":
            click.echo(json.dumps({**where, **auditor(record, rules)}, ensure_ascii=False))
