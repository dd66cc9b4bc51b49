"""Splits a reply into clauses: the first must be heard soon, so each is spoken as soon as it is ready. Pure."""

from __future__ import annotations

import re

_END = re.compile(r"[^。！？；…!?;\n，,：:]+[。！？；…!?;\n，,：:]*")
MIN_CHARS = 4
"""A shorter clause is joined to the next one: one- and two-character clauses sound clipped."""

MAX_CHARS = 40
"""A longer stretch without punctuation is cut, at a word's edge where the text has blanks."""


_SENTENCE_END = re.compile(r"(?s).*(?:[。！？；!?;\n]|\.(?=\s))")


class Sentences:
    """Text that arrives in bits, given on as soon as a sentence is whole."""

    def __init__(self) -> None:
        self._held = ""

    def add(self, more: str) -> str:
        """Take more text, return the whole sentences that are ready; empty if there are none."""
        self._held += more
        ready = _SENTENCE_END.match(self._held)
        if ready is None:
            return ""
        self._held = self._held[ready.end() :]
        return ready[0]

    def rest(self) -> str:
        """Return what is left when no more will come."""
        rest, self._held = self._held, ""
        return rest


def split(text: str) -> list[str]:
    """Return the clauses of a text in order, each with its closing punctuation; only punctuation that closes nothing is lost."""
    out: list[str] = []
    held = ""
    for piece in _pieces(text):
        held += piece
        if len(held.strip("。！？；…!?;\n，,：: ")) >= MIN_CHARS:
            out.append(held)
            held = ""
    if held:
        if out and len(held) < MIN_CHARS:
            out[-1] += held
        else:
            out.append(held)
    return [clause for raw in out if (clause := raw.strip())]


def _pieces(text: str) -> list[str]:
    # A comma or colon inside a figure (5,000 or 9:30) is no boundary.
    guarded = re.sub(r"(?<=\d)([,:：])(?=\d)", lambda m: {",": "\ue000", ":": "\ue001", "：": "\ue002"}[m[1]], text)
    out = []
    for match in _END.finditer(guarded):
        piece = match[0].replace("\ue000", ",").replace("\ue001", ":").replace("\ue002", "：")
        while len(piece) > MAX_CHARS:
            at = piece.rfind(" ", MAX_CHARS // 2, MAX_CHARS)
            at = at if at > 0 else MAX_CHARS
            out.append(piece[:at])
            piece = piece[at:]
        out.append(piece)
    return out
