"""Finds the reviewed answer to a question; never makes one up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from guitai.knowledge.pack import Entry, Pack, read
from guitai.messages.voice import AnswerGuess

SURE = 0.35
"""From this probability on an answer is given when no other comes close; 69 of 100 development questions whose best answer
had 0.3 to 0.5 were right, and more above."""

CLOSE = 0.7
"""A second answer at least this share of the best one's probability is close: the customer is asked which is meant."""

PLAUSIBLE = 0.2
"""Below this nothing is offered, not even as a question."""

BY_ERRAND = {
    "greet": "greet", "chitchat": "chitchat", "device_help": "device", "branch_info": "hours", "fee_query": "fees-board",
    "deposit_rate": "fixed-rates", "fraud_help": "fraud-unsure",
}  # fmt: skip
"""The answer an errand stands for where nothing more is known: a choice by touch, or words no answer is near to."""


BY_TOUCH = BY_ERRAND | {
    "bond_gold_fund": "savings-bond-buy", "insurance": "ins-cooling-off", "cross_border_remit": "remit-need",
    "securities_custody": "custody-sign", "social_security_card": "social-card", "credit_report": "cr-how",
    "damaged_cash": "ca-damaged-full", "proxy_inheritance": "in-small",
}  # fmt: skip
"""The same for the menu's page of questions: who chose the subject there has said no word that tells more."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A reviewed answer with where it comes from."""

    id: str
    lead: str
    more: str
    source: str


@dataclass(frozen=True, slots=True)
class Choice:
    """What the guesses allow: one answer, two to ask about, or none."""

    ids: tuple[str, ...] = ()
    """One: give it. Two: ask which of them is meant. None: say that it is not known."""

    @property
    def unclear(self) -> bool:
        """True when the customer must be asked which answer is meant."""
        return len(self.ids) > 1


@cache
def shipped() -> Pack:
    """Return the pack this version of the software came with."""
    return read(resources.files("guitai.knowledge").joinpath("pack.jsonl").read_bytes())


class _InUse:
    pack: Pack | None = None


def use(pack: Pack) -> None:
    """Answer from this pack from now on. A process does so once, when it starts, before the first session."""
    _InUse.pack = pack


def in_use() -> Pack:
    """Return the pack answers come from; its hash belongs into what a session records."""
    if _InUse.pack is None:
        _InUse.pack = shipped()
    return _InUse.pack


def choose(guesses: Sequence[AnswerGuess]) -> Choice:
    """Return what the language step's guesses allow. Ids the pack does not hold are passed over."""
    entries = in_use().entries
    return _likely([guess for guess in guesses if guess.id in entries])


def by_id(name: str, language: str) -> Answer | None:
    """Return the answer of this id in the language (zh, en), or None when the pack in use has none."""
    entry = in_use().entries.get(name)
    return None if entry is None else _answer(entry, language)


def topic(name: str, language: str) -> str:
    """Return the first written way to ask for an answer: what a clarifying question offers as a choice."""
    entry = in_use().entries[name]
    return (entry.en if language == "en" else entry.zh)[0]


def by_errand(intent: str, language: str) -> Answer | None:
    """Return the answer an errand stands for, or None when it stands for none or the pack in use has it not."""
    name = BY_ERRAND.get(intent)
    return None if name is None else by_id(name, language)


def by_touch(intent: str, language: str) -> Answer | None:
    """Return the answer that a subject chosen on the menu stands for, or None."""
    name = BY_TOUCH.get(intent)
    return None if name is None else by_id(name, language)


def first_lines(language: str) -> tuple[str, ...]:
    """Return every answer's first line without figures of the day, those with the most ways to ask first.

    How many ways there are stands for how often it is asked.
    """
    entries = sorted(in_use().entries.values(), key=lambda entry: (-len(entry.zh), entry.id))
    return tuple(_answer(entry, language).lead.replace("*", "") for entry in entries if not entry.hot)


def _likely(known: list[AnswerGuess]) -> Choice:
    if not known or known[0].probability < PLAUSIBLE:
        return Choice()
    best, *others = known
    if others and others[0].probability >= max(PLAUSIBLE, CLOSE * best.probability):
        return Choice((best.id, others[0].id))
    return Choice((best.id,)) if best.probability >= SURE else Choice()


def _answer(entry: Entry, language: str) -> Answer:
    if language == "en":
        return Answer(entry.id, entry.lead_en, entry.more_en, entry.source_en)
    return Answer(entry.id, entry.lead, entry.more, entry.source)
