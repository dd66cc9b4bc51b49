"""Rows, paragraphs and sentences out of the boxes of a page."""

from __future__ import annotations

import re

from guitai.messages.document import TextLine

_SPACES = re.compile(r"\s+")
_ENDS = re.compile(r"(?<=[。！？!?；;])")
LONGEST_CHARS = 120
"""A sentence is cut there: nobody's message is longer without a stop, and a page that was read as one is no sentence."""


def rows(lines: tuple[TextLine, ...]) -> tuple[str, ...]:
    """Return the page's rows without spaces; boxes that stand side by side are one row, with a bar between them."""
    levels: list[list[TextLine]] = []
    for line in lines:
        middle = line.y + line.height / 2
        if levels and abs(middle - (levels[-1][0].y + levels[-1][0].height / 2)) < line.height / 2:
            levels[-1].append(line)
        else:
            levels.append([line])
    return tuple("|".join(_SPACES.sub("", line.text) for line in level) for level in levels)


def sentences(rows_: tuple[str, ...]) -> tuple[str, ...]:
    """Return what the rows say as sentences, whatever the lines' breaks."""
    text = "".join(row.replace("|", "，") for row in rows_)
    return tuple(
        piece[start : start + LONGEST_CHARS]
        for piece in _ENDS.split(text)
        for start in range(0, len(piece), LONGEST_CHARS)
        if len(piece) > 1
    )
