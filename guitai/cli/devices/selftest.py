"""guitai devices test: asks every device questions that move nothing, and says in a sentence what is wrong."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
from rich.markup import escape

from firmware_bridge.client.connected import chosen, connected, offered_commands
from firmware_bridge.client.link import Link
from firmware_bridge.protocol.client import Completed
from firmware_bridge.words.book import Language, Level, of_ending
from firmware_bridge.words.readings import readings
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.paper import console, place, sign
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError

ANSWER_S = 5.0
"""How long a device may take to answer a question."""

Payload = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Finding:
    """What one question showed."""

    service: str
    question: str
    level: Level
    says: str
    then: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A command that moves nothing. `judge` returns the key of what is wrong with the answer, or an empty string."""

    command: str
    judge: Callable[[Payload], str] = lambda _payload: ""


def _keys(payload: Payload) -> str:
    details = (payload.get("keyDetails") or {}).values()
    return "" if any((one or {}).get("loaded") == "yes" for one in details) else "no_keys"


def _present(payload: Payload) -> str:
    return "present_unknown" if payload.get("presentState") == "unknown" else ""


def _cash_in(payload: Payload) -> str:
    return "cash_in_open" if payload.get("status") in ("active", "unknown") else ""


def _some(name: str, fault: str) -> Callable[[Payload], str]:
    return lambda payload: "" if payload.get(name) else fault


QUESTIONS = (
    Question("KeyManagement.GetKeyDetail", _keys),
    Question("CashDispenser.GetMixTypes", _some("mixes", "no_mixes")),
    Question("CashDispenser.GetPresentStatus", _present),
    Question("CashManagement.GetBankNoteTypes", _some("items", "no_notes")),
    Question("CashAcceptor.GetCashInStatus", _cash_in),
    Question("Printer.GetFormList", _some("formList", "no_forms")),
    Question("Printer.GetMediaList"),
)
STOPS = frozenset({"no_keys", "no_mixes", "no_notes", "no_forms"})
"""Findings with which the device cannot do its work; the others only want looking at."""


@click.command(name="test")
@click.argument("device", required=False)
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON array.")
@click.pass_obj
def selftest(files: tuple[Path, ...], device: str | None, lang: Language, as_json: bool) -> None:
    """Test DEVICE, or every device, without moving anything. Exits 1 when something is red."""
    say = Phrases(lang)
    findings = asyncio.run(_run(configuration.load(files), device, say))
    if as_json:
        rows = [{name: getattr(one, name) for name in Finding.__slots__} for one in findings]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=1))
    else:
        _draw(findings, say)
    if any(one.level == "stop" for one in findings):
        sys.exit(1)


async def _run(config: Config, device: str | None, say: Phrases) -> list[Finding]:
    async with connected(config) as found:
        links = chosen(found, device)
        groups = await asyncio.gather(*(examine(link, say) for link in links))
        silent = [] if device else [_silent(link, say) for link in found.silent]
        return [finding for group in groups for finding in group] + silent


async def examine(link: Link, say: Phrases) -> list[Finding]:
    """Ask one device everything it offers that moves nothing."""
    capabilities = await _ask(link, "Common.Capabilities")
    if capabilities is None or not capabilities.ok:
        return [_failed(link, "Common.Capabilities", capabilities, say)]
    findings = [Finding(link.name, "Common.Capabilities", "ok", say("test.answers"))]
    findings += troubles(link, "Common.Status", link.status, say)
    offered = offered_commands(capabilities.payload)
    if "Storage.GetStorage" in offered:
        findings += await _units(link, say)
    return findings + [await _put(link, one, say) for one in QUESTIONS if one.command in offered]


async def _units(link: Link, say: Phrases) -> list[Finding]:
    answer = await _ask(link, "Storage.GetStorage")
    if answer is None or not answer.ok:
        return [_failed(link, "Storage.GetStorage", answer, say)]
    return troubles(link, "Storage.GetStorage", {"storage": answer.payload.get("storage") or {}}, say)


def troubles(link: Link, question: str, status: Payload, say: Phrases) -> list[Finding]:
    """Return what is not well in a status, worst first; one finding that all is well when nothing is."""
    language = say.language
    found = [
        Finding(
            link.name,
            question,
            one.sentence.level,
            place(one, say) + one.sentence.says(language),
            one.sentence.then(language),
        )
        for one in readings(status, link.interfaces)
        if one.sentence.level != "ok"
    ]
    return found or [Finding(link.name, question, "ok", say(f"test.{question.replace('.', '_')}"))]


async def _put(link: Link, question: Question, say: Phrases) -> Finding:
    answer = await _ask(link, question.command)
    if answer is None or not answer.ok:
        return _failed(link, question.command, answer, say)
    if fault := question.judge(answer.payload):
        level: Level = "stop" if fault in STOPS else "attention"
        return Finding(link.name, question.command, level, say(f"test.{fault}"), say(f"test.{fault}_next"))
    return Finding(link.name, question.command, "ok", say(f"test.{question.command.replace('.', '_')}"))


async def _ask(link: Link, command: str) -> Completed | None:
    try:
        async with asyncio.timeout(ANSWER_S):
            return await link.ask(command)
    except (TimeoutError, GuitaiError):
        return None


def _failed(link: Link, command: str, answer: Completed | None, say: Phrases) -> Finding:
    if answer is None:
        return Finding(link.name, command, "stop", say("test.no_answer", seconds=ANSWER_S), say("test.no_answer_next"))
    sentence = of_ending(command, answer.code, answer.answer, link.interfaces)
    says = sentence.says(say.language) if sentence else say("test.strange_answer", answer=answer.answer)
    return Finding(link.name, command, "stop", says, sentence.then(say.language) if sentence else "")


def _silent(link: Link, say: Phrases) -> Finding:
    return Finding(link.name, "Common.Capabilities", "stop", say("list.silent"), say("test.no_answer_next"))


def _draw(findings: list[Finding], say: Phrases) -> None:
    page, last = console(), ""
    for one in findings:
        if one.service != last:
            page.print(f"[bold]{escape(say.device(one.service))}[/] {one.service}")
            last = one.service
        page.print(f"  {sign(one.level)} {escape(one.says)}  [dim]{one.question}[/]")
        if one.then:
            page.print(f"      {say('shared.next')}{escape(one.then)}")
    red = sum(one.level == "stop" for one in findings)
    yellow = sum(one.level == "attention" for one in findings)
    page.print(say("test.summary", checks=len(findings), red=red, yellow=yellow))
