"""Finds on which line of a TOML text a key stands: what `tomllib` does not keep and a person needs. Pure."""

from __future__ import annotations

import re

TABLE = re.compile(r"^\s*\[+\s*([A-Za-z0-9_.\-]+)\s*\]+")
KEY = re.compile(r"^\s*([A-Za-z0-9_\-]+)\s*=")


def line_of(text: str, path: tuple[str, ...]) -> int:
    """Return the line, from 1, of the key at `path`; where it is missing, of what comes nearest above or below it."""
    best, length, below = 1, 0, 0
    table: tuple[str, ...] = ()
    for number, line in enumerate(text.splitlines(), start=1):
        here: tuple[str, ...] | None = None
        if header := TABLE.match(line):
            here = table = tuple(header[1].split("."))
        elif key := KEY.match(line):
            here = (*table, key[1])
        if here is not None and len(here) > length and path[: len(here)] == here:
            best, length = number, len(here)
        if here is not None and not below and here[: len(path)] == path:
            below = number
    return below or best
