"""One session as a file: a header line, then one hash-chained line per event; a changed byte is found with its line."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

import orjson

from guitai.errors import GuitaiError
from guitai.journal.chain import GENESIS, canonical, link
from guitai.messages.codec import effect_from, event_from, to_data
from guitai.messages.session import Occurred, SessionOpened

FORMAT = "guitai.session/1"
HEADER_KEYS = {"format", "session_id", "kiosk_id", "rules_hash", "version", "events", "head", "hash"}
LINE_KEYS = {"n", "seq", "at_ms", "event", "effects", "prev", "hash"}


@dataclass(frozen=True, slots=True)
class Recorded:
    """One step: an event, the effects it led to, and its place in the chain."""

    occurred: Occurred
    effects: tuple[object, ...]
    previous_hash: str
    hash: str


@dataclass(frozen=True, slots=True)
class Recording:
    """A verified file. Step `i` (from 0) stands on line `i + 2`."""

    session_id: str
    kiosk_id: str
    rules_hash: str
    version: str
    steps: tuple[Recorded, ...]


def write(path: Path, session_id: str, kiosk_id: str, steps: Sequence[Recorded]) -> None:
    """Write the file (mode 0600), whole or not at all."""
    opened = next((s.occurred.event for s in steps if isinstance(s.occurred.event, SessionOpened)), None)
    header = {
        "format": FORMAT,
        "session_id": session_id,
        "kiosk_id": kiosk_id,
        "rules_hash": opened.rules_hash if opened else "",
        "version": metadata.version("guitai"),
        "events": len(steps),
        "head": steps[-1].hash if steps else GENESIS,
    }
    lines = [canonical({**header, "hash": _header_hash(header)})]
    lines += [canonical(_line(n, step)) for n, step in enumerate(steps, start=1)]
    draft = path.with_name(path.name + ".new")
    with open(draft, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.writelines(line + b"\n" for line in lines)
    draft.replace(path)


def read(path: Path) -> Recording:
    """Return the session in the file, its chain verified.

    Raises GuitaiError ``journal.log_unreadable``, or ``journal.log_altered`` with the first line that does not fit.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise GuitaiError("journal.log_unreadable", path=path, reason=error.strerror) from error
    lines = content.split(b"\n")
    if lines.pop() != b"":
        raise _altered(path, len(lines) + 1, "the last line has no end")
    header = _parse(path, 1, lines[0] if lines else b"", HEADER_KEYS)
    if header["format"] != FORMAT or header["hash"] != _header_hash({k: v for k, v in header.items() if k != "hash"}):
        raise _altered(path, 1, "its hash does not fit")
    steps = _steps(path, lines[1:])
    head = steps[-1].hash if steps else GENESIS
    if (len(steps), head) != (header["events"], header["head"]):
        raise _altered(path, len(lines), f"{header['events']} events were written, {len(steps)} are here")
    return Recording(header["session_id"], header["kiosk_id"], header["rules_hash"], header["version"], steps)


def _steps(path: Path, lines: Sequence[bytes]) -> tuple[Recorded, ...]:
    steps: list[Recorded] = []
    previous = GENESIS
    for n, raw in enumerate(lines, start=1):
        line = _parse(path, n + 1, raw, LINE_KEYS)
        if not (isinstance(line["event"], dict) and isinstance(line["effects"], list)):
            raise _altered(path, n + 1, "its fields are not the expected ones")
        digest = link(previous, line["seq"], line["at_ms"], line["event"], line["effects"])
        if (line["n"], line["prev"], line["hash"]) != (n, previous, digest):
            raise _altered(path, n + 1, "its hash does not fit the line before")
        occurred = Occurred(line["seq"], line["at_ms"], event_from(line["event"]))
        effects = tuple(effect_from(data) for data in line["effects"])
        steps.append(Recorded(occurred, effects, previous, digest))
        previous = digest
    return tuple(steps)


def _line(n: int, step: Recorded) -> dict[str, Any]:
    return {
        "n": n,
        "seq": step.occurred.seq,
        "at_ms": step.occurred.at_ms,
        "event": to_data(step.occurred.event),
        "effects": [to_data(effect) for effect in step.effects],
        "prev": step.previous_hash,
        "hash": step.hash,
    }


def _parse(path: Path, number: int, raw: bytes, keys: set[str]) -> dict[str, Any]:
    try:
        data = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        raise _altered(path, number, "it is not JSON") from error
    if not isinstance(data, dict) or data.keys() != keys:
        raise _altered(path, number, "its fields are not the expected ones")
    if canonical(data) != raw:
        raise _altered(path, number, "it is not in canonical form")
    return data


def _header_hash(header: dict[str, Any]) -> str:
    return hashlib.sha256(canonical(header)).hexdigest()


def _altered(path: Path, line: int, reason: str) -> GuitaiError:
    return GuitaiError("journal.log_altered", path=path, line=line, reason=reason)
