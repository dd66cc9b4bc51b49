"""guitai eval scam --conversations: whole conversations instead of single sentences, turn by turn as the session hears them."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.messages.voice import ScamSignal
from guitai.risk.conversation import Conversation, heard, signal_of

ASKS = re.compile(r"[？?]|请问|用途")
"""A kiosk turn like this asks what the money is for, or for whom; the next turn answers it."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a conversation came to."""

    signal: ScamSignal
    first_turn: int | None
    """The first turn, counted from 1 with the kiosk's, at which there was a signal."""

    conversation: Conversation


def listen(turns: list[dict[str, Any]], judge: Callable[[str], ScamSignal]) -> Outcome:
    """Return what a conversation came to. Who is overheard counts: the microphone cannot tell them from the customer."""
    conversation, first, purpose = Conversation(), None, False
    for number, turn in enumerate(turns, 1):
        if turn["who"] == "kiosk":
            purpose = bool(ASKS.search(turn["text"]))
            continue
        conversation = heard(conversation, judge(turn["text"]), turn["text"], purpose=purpose)
        purpose = False
        if first is None and conversation.strength != "none":
            first = number
    return Outcome(signal_of(conversation), first, conversation)


def check(file: Path, rows: list[dict[str, Any]]) -> None:
    """Raise GuitaiError ``language.missing_field`` unless every turn has who and text."""
    for number, row in enumerate(rows, 1):
        for turn in row["turns"]:
            if not isinstance(turn, dict) or not all(isinstance(turn.get(key), str) for key in ("who", "text")):
                raise GuitaiError("language.missing_field", path=file, line=number, field="turns[who, text]")


def figures(rows: list[dict[str, Any]], outcomes: list[Outcome]) -> dict[str, float]:
    """Return recall and false alarms by the end, and how often the first signal came no later than a teller's."""
    scams = [one for row, one in zip(rows, outcomes, strict=True) if row["scam"]]
    honest = [one for row, one in zip(rows, outcomes, strict=True) if not row["scam"]]
    timed = [
        (one.first_turn, row["first_turn_with_signal"])
        for row, one in zip(rows, outcomes, strict=True)
        if row["scam"] and isinstance(row.get("first_turn_with_signal"), int)
    ]
    return {
        "recall": _share([one.signal.strength != "none" for one in scams]),
        "false_alarm": _share([one.signal.strength != "none" for one in honest]),
        "strong_recall": _share([one.signal.strength == "strong" for one in scams]),
        "strong_false_alarm": _share([one.signal.strength == "strong" for one in honest]),
        "false_alarm_at_any_turn": _share([one.first_turn is not None for one in honest]),
        "in_time": _share([first is not None and first <= teller for first, teller in timed]),
    }


def prediction(outcome: Outcome) -> dict[str, Any]:
    """Return the line of one conversation."""
    signal = outcome.signal
    return {
        "scam": signal.strength != "none",
        "type": signal.type,
        "score": signal.score,
        "evidence": list(signal.evidence),
        "strength": signal.strength,
        "first_turn": outcome.first_turn,
        "cues": [{"turn": cue.turn, "words": list(cue.words)} for cue in outcome.conversation.cues],
    }


def _share(yes: list[bool]) -> float:
    return round(sum(yes) / len(yes), 4) if yes else 0.0
