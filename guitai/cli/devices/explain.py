"""guitai devices explain CODE: what an error code or a state means, and what to do next."""

from __future__ import annotations

import difflib
import json

import click

from firmware_bridge.words.book import Language, Sentence, known_codes, meanings, name_of
from guitai.cli.devices.options import language_option
from guitai.cli.devices.phrases import Phrases
from guitai.errors import ErrorText, GuitaiError, error_text


@click.command()
@click.argument("code")
@language_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object.")
def explain(code: str, lang: Language, as_json: bool) -> None:
    """Say what CODE means: an XFS4IoT error or completion code, a state's value, or one of our own dotted codes."""
    own = _own(code)
    found = {} if own else meanings(code)
    if not own and not found:
        near = difflib.get_close_matches(code, known_codes(), n=3)
        raise GuitaiError("technician.unknown_code", wanted=code, near=", ".join(near) or "-")
    if as_json:
        click.echo(json.dumps({"code": code, "meanings": _data(found, own)}, ensure_ascii=False, indent=1))
        return
    say = Phrases(lang)
    if own:
        click.echo(f"{own.zh if lang == 'zh' else own.en}\n{say('shared.next')}{own.next}")
    for where, sentence in found.items():
        _print(where, sentence, say)


def _own(code: str) -> ErrorText | None:
    try:
        return error_text(code) if "." in code else None
    except KeyError:
        return None


def _print(where: str, sentence: Sentence, say: Phrases) -> None:
    lang = say.language
    interface, _, name = where.partition(" ")
    device = name_of("interfaces", interface, lang) if interface else say("explain.everywhere")
    place = " · ".join(part for part in (device, name and name_of("subjects", name, lang)) if part)
    click.echo(f"[{place}] {sentence.says(lang)}")
    if sentence.then(lang):
        click.echo(f"    {say('shared.next')}{sentence.then(lang)}")


def _data(found: dict[str, Sentence], own: ErrorText | None) -> list[dict[str, str]]:
    if own:
        return [{"where": "guitai", "zh": own.zh, "en": own.en, "next_en": own.next}]
    return [
        {"where": where, "zh": s.zh, "en": s.en, "next_zh": s.next_zh, "next_en": s.next_en}
        for where, s in found.items()
    ]
