"""Of what kind a paper is: by the words of its title and of its form."""

from __future__ import annotations

import re

from guitai.documents.words import WORDS, Kind
from guitai.messages.document import DocumentKind

LEAST = 4
"""A title alone is mentioned in messages, too."""
TITLE_ROWS = 6
"""A title stands among the first rows; in the text the same words only mention such a paper."""


def kind_of(rows: tuple[str, ...]) -> DocumentKind:
    """Return the kind whose words the rows have most of."""
    text, head = "".join(rows), "|".join(rows[:TITLE_ROWS])
    scores = {name: _score(kind, head, text) for name, kind in WORDS.kinds.items()}
    best = max(scores, key=lambda name: scores[name])
    if scores[best] >= LEAST:
        return best
    spoken = sum(any(re.search(pattern, row) for row in rows) for pattern in WORDS.message)
    return "message" if spoken >= 1 else "other"


def _score(kind: Kind, head: str, text: str) -> int:
    titled = 3 if any(re.search(pattern, head) for pattern in kind.title) else 0
    return titled + sum(bool(re.search(pattern, text)) for pattern in kind.words)
