"""What a teller is offered to say and reminded of, and the reviewed answers that fit what was said last. Pure but for its data."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Annotated, Any

import yaml
from pydantic import BaseModel, ConfigDict, Field

from guitai.knowledge import answers
from guitai.knowledge.hot import places
from guitai.messages.risk import Level
from headquarters.console.shown import RecommendedOut, SuggestionOut

ANXIOUS = 4_000
"""The index (per 10,000) from which somebody counts as anxious here; it only chooses words."""

MOST_WORDING, MOST_ANSWERS = 4, 4


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class When(_Data):
    """Conditions; all that are given must hold."""

    why: tuple[str, ...] = ()
    level: tuple[Level, ...] = ()
    scam: tuple[str, ...] = ()
    intents: tuple[str, ...] = ()
    errand: tuple[str, ...] = ()
    silent: bool | None = None
    anxious: bool | None = None
    first_payee: bool | None = None

    def fits(self, known: Known) -> bool:
        """Tell whether all hold."""
        words: tuple[tuple[Collection[str], Collection[str]], ...] = (
            (self.why, {known.why}), (self.level, {known.level}), (self.scam, known.scam), (self.intents, known.intents),
            (self.errand, known.intents[-1:]),
        )  # fmt: skip
        flags = ((self.silent, known.silent), (self.anxious, known.anxious), (self.first_payee, known.first_payee))
        return all(not wanted or set(wanted) & set(found) for wanted, found in words) and all(
            wanted in (None, found) for wanted, found in flags
        )


class Advice(_Data):
    """One sentence."""

    id: str
    when: When
    zh: Annotated[str, Field(min_length=1)]
    en: Annotated[str, Field(min_length=1)]

    def out(self, locale: str) -> SuggestionOut:
        """Return it in the reader's language."""
        return SuggestionOut(id=self.id, text=self.en if locale == "en" else self.zh)


class Book(_Data):
    """The whole file."""

    wording: tuple[Advice, ...]
    reminders: tuple[Advice, ...]
    scam_answers: dict[str, str]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a call now; it grows as the talk goes on."""

    why: str
    level: str
    silent: bool
    scam: tuple[str, ...]
    intents: tuple[str, ...]
    """In the order they were heard, each once; the latest last."""

    answers: tuple[str, ...]
    """Ids of the reviewed answers that the customer's words came near to, the latest first."""

    anxious: bool
    first_payee: bool


@cache
def book() -> Book:
    """Return advice.yaml."""
    text = resources.files("headquarters.console").joinpath("advice.yaml").read_text(encoding="utf-8")
    return Book(**yaml.safe_load(text))


def known_of(bundle: dict[str, Any], heard: Sequence[dict[str, Any]], moods: Sequence[int]) -> Known:
    """Return what is known from a bundle and what was heard since (`understanding` of each utterance, oldest first)."""
    risk = bundle.get("risk") or {}
    reasons = {str(part.get("reason")) for part in risk.get("contributions") or ()}
    scam = [str(cue["type"]) for cue in bundle.get("cues") or () if cue.get("type")]
    intents = [str(intent) for intent in bundle.get("intents") or ()]
    near: list[str] = []
    for understood in heard:
        intents += [str(guess["name"]) for guess in (understood.get("intents") or ())[:1]]
        near += [str(guess["id"]) for guess in reversed((understood.get("answers") or ())[:2])]
        if (kind := (understood.get("scam") or {}).get("type")) is not None:
            scam.append(str(kind))
    return Known(
        str(bundle.get("why", "")), str(risk.get("level") or ""), bool(bundle.get("silent")), tuple(dict.fromkeys(scam)),
        _latest_last(intents), tuple(dict.fromkeys(reversed(near))), bool(moods) and moods[-1] >= ANXIOUS,
        "frequency.first_payee" in reasons,
    )  # fmt: skip


def recommended(known: Known, locale: str) -> RecommendedOut:
    """Return what may help now."""
    return RecommendedOut(
        wording=[one.out(locale) for one in book().wording if one.when.fits(known)][:MOST_WORDING],
        answers=_answers(known, locale),
        reminders=[one.out(locale) for one in book().reminders if one.when.fits(known)],
    )


def _answers(known: Known, locale: str) -> list[SuggestionOut]:
    """Return what explains the scam, what the latest words came near to, then answers of the latest errand.

    One that waits for the figures of the day is left out.
    """
    entries = answers.in_use().entries
    latest = known.intents[-1] if known.intents else ""
    told = [book().scam_answers[kind] for kind in known.scam if kind in book().scam_answers]
    near = [*told, *known.answers, *(id_ for id_, entry in sorted(entries.items()) if latest in entry.intents)]
    found = [answer for id_ in dict.fromkeys(near) if (answer := answers.by_id(id_, locale)) is not None]
    return [
        SuggestionOut(id=one.id, text=one.lead.replace("*", ""), more=one.more, source=one.source)
        for one in found
        if not places(f"{one.lead}{one.more}")
    ][:MOST_ANSWERS]


def _latest_last(names: Sequence[str]) -> tuple[str, ...]:
    return tuple(reversed(dict.fromkeys(reversed(names))))
