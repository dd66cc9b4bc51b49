"""Words of a scam in what somebody wrote to the customer, and promises that no honest product makes."""

from __future__ import annotations

import re

from guitai.documents.words import WORDS, Cue
from guitai.messages.voice import ScamSignal

CERTAIN, SLIGHT, NONE = 0.97, 0.75, 0.02
"""Scores of a strong cue, of a slight one, and of none; several slight ones of different types make a strong one."""
BOTH = 0.93
ALIKE = 2
"""More different words of one type are as good as two types."""

_PARTS = re.compile("[，,|]")
MOST_WORDS = 3
WITHOUT_GAP_CHARS = 4


def signal_of(sentences: tuple[str, ...]) -> ScamSignal:
    """Return what the sentences taken together say, by the closed list."""
    cues = [cue for sentence in sentences for cue in WORDS.scam if _says(cue, sentence)]
    strong = [cue for cue in cues if cue.strength == "strong"]
    words = tuple(dict.fromkeys(cue.word for cue in (*strong, *cues)))[:MOST_WORDS]
    if strong:
        return ScamSignal(CERTAIN, "strong", strong[0].type, words)
    if len({cue.type for cue in cues}) > 1 or len({cue.word for cue in cues}) > ALIKE:
        return ScamSignal(BOTH, "strong", cues[0].type, words)
    return ScamSignal(SLIGHT, "weak", cues[0].type, words) if cues else ScamSignal(NONE, "none")


def promised(rows: tuple[str, ...], rate_bp: int) -> tuple[str, ...]:
    """Return the words of safe principal and of a high return, where a paper promises both; else nothing."""
    rules = WORDS.promises
    text = "".join(rows)
    safe = [match[0] for match in re.finditer(rules.principal, text) if not _denied(text, match.start())]
    high = [_quoted(match) for match in re.finditer(rules.high, text)]
    if rate_bp > rules.high_bp:
        high.insert(0, f"年化{rate_bp / 100:g}%")
    return (safe[0], high[0]) if safe and high else ()


def _quoted(match: re.Match[str]) -> str:
    """Return the words found; what a gap between them held may be a name: 每月给王五返 is quoted as 每月…返."""
    if match.lastindex is None or len(match[0]) <= WITHOUT_GAP_CHARS:
        return match[0]
    return f"{match[0][:2]}…{match[match.lastindex]}"


def _denied(text: str, at: int) -> bool:
    return re.search(f"({WORDS.promises.denied})[^。；]{{0,4}}$", text[max(0, at - 10) : at]) is not None


def _says(cue: Cue, sentence: str) -> bool:
    for match in re.finditer(cue.says, sentence):
        part = _PARTS.split(sentence[: match.start()])[-1] + _PARTS.split(sentence[match.start() :])[0]
        if cue.unless and re.search(cue.unless, part):
            continue
        warned = re.search(WORDS.warned, sentence[: match.start()])
        if not warned and not re.search(WORDS.false_claim, sentence[match.end() :]):
            return True
    return False
