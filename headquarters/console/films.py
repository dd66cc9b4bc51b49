"""Plays recordings to those who may look: each view is asked for with a reason, belongs to one person, and ends by itself.

A film is opened in memory only, and forgotten ten minutes after it was last read. The browser fetches it in ranges
(RFC 9110); every fetch is checked against the view.
"""

from __future__ import annotations

import asyncio
import re
import secrets
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import orjson
from pydantic import ValidationError

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.films import Manifest, key_for_viewing, opened, viewing_private
from headquarters.console.overseen import PlayOut, RecordingViewOut
from headquarters.console.people import Person
from headquarters.console.recordings import Recordings
from headquarters.console.webm import to_webm
from headquarters.engine import Engine
from headquarters.uploads.store import Uploads

VIEW_MS = 30 * 60_000
"""A film lasts a quarter of an hour at most."""

FORGOTTEN_MS = 10 * 60_000
MOST_BYTES = 200_000_000
"""Of opened films in memory, beside the one that is asked for."""

PART_BYTES = 1_000_000
"""Of one answer: a browser asks for what follows."""

_RANGE = re.compile(r"bytes=(\d{0,12})-(\d{0,12})")


@dataclass(frozen=True, slots=True)
class Part:
    """One range of a film; `end` is the first byte after it."""

    start: int
    end: int
    total: int
    body: bytes


@dataclass(slots=True)
class _Opened:
    body: bytes
    read_ms: int


class Films:
    """Views in the store (any process serves them), opened films in this process."""

    def __init__(
        self,
        engine: Engine,
        uploads: Uploads,
        keys: Path,
        clock: Clock,
        convert: Callable[[bytes], bytes] = to_webm,
    ) -> None:
        self._engine, self._uploads, self._keys, self._clock = engine, uploads, keys, clock
        self._recordings, self._convert = Recordings(engine), convert
        self._opened: OrderedDict[str, _Opened] = OrderedDict()
        self._one = asyncio.Lock()

    def begin(self, id_: str, who: Person) -> PlayOut:
        """Let a person look at a recording for a while.

        Raises GuitaiError ``hq.no_recording``, ``recording.unreadable``, ``recording.not_for_viewing``, ``recording.other_key``,
        ``recording.bad_viewing_key``.
        """
        manifest, _ = self._key_of(self._recordings.one(id_, who))
        now, view = self._clock.unix_ms(), secrets.token_urlsafe(24)
        self._engine.execute("DELETE FROM console_views WHERE until_ms <= ?", (now,))
        self._engine.execute("INSERT INTO console_views VALUES(?, ?, ?, ?)", (view, who.id, id_, now + VIEW_MS))
        return PlayOut(
            view=view, until_ms=now + VIEW_MS, began_ms=manifest.began_ms, duration_ms=manifest.duration_ms,
            pictures=manifest.pictures, retention=manifest.retention,
        )  # fmt: skip

    async def part(self, id_: str, view: str, who: Person, wanted: str) -> Part:
        """Return what a Range header asks for, at most `PART_BYTES` of it.

        Raises GuitaiError ``recording.view_over``, ``recording.bad_range``, and what `begin` raises.
        """
        self._check(id_, view, who)
        body = await self._film(id_, who)
        start, end = range_of(wanted, len(body))
        return Part(start, end, len(body), body[start:end])

    def _check(self, id_: str, view: str, who: Person) -> None:
        row = self._engine.execute(
            "SELECT 1 FROM console_views WHERE id = ? AND person_id = ? AND recording = ? AND until_ms > ?",
            (view, who.id, id_, self._clock.unix_ms()),
        ).fetchone()
        if row is None:
            raise GuitaiError("recording.view_over")

    async def _film(self, id_: str, who: Person) -> bytes:
        async with self._one:  # one at a time: calls in progress come first
            now = self._clock.unix_ms()
            self._forget(now)
            if (found := self._opened.get(id_)) is None:
                recording = self._recordings.one(id_, who)
                found = self._opened[id_] = _Opened(await asyncio.to_thread(self._open, recording), now)
            found.read_ms = now
            self._opened.move_to_end(id_)
            return found.body

    def _forget(self, now_ms: int) -> None:
        for id_ in [one for one, film in self._opened.items() if now_ms - film.read_ms >= FORGOTTEN_MS]:
            del self._opened[id_]
        while sum(len(film.body) for film in self._opened.values()) > MOST_BYTES:
            self._opened.popitem(last=False)

    def _open(self, recording: RecordingViewOut) -> bytes:
        manifest, key = self._key_of(recording)
        parts, size = list[bytes](), 0
        for number, chunk in enumerate(manifest.chunks):
            try:
                parts.append(opened(key, manifest, number, self._uploads.chunk(chunk.sha256)))
                size += len(parts[-1])
            except OSError as error:
                raise GuitaiError("recording.unreadable", path=chunk.file, reason=error.strerror) from error
            if size > MOST_BYTES:  # a kiosk may upload a hundred times as much; a quarter of an hour has 60 MB
                raise GuitaiError("recording.unreadable", path=recording.id, reason=f"more than {MOST_BYTES} bytes")
        return self._convert(b"".join(parts))

    def _key_of(self, recording: RecordingViewOut) -> tuple[Manifest, bytes]:
        try:
            manifest = Manifest.model_validate_json(orjson.dumps(recording.manifest))
        except ValidationError as error:
            raise GuitaiError("recording.unreadable", path=recording.id, reason=error.errors()[0]["msg"]) from error
        if manifest.recording_id != recording.name:
            raise GuitaiError("recording.altered", path=recording.id)
        return manifest, key_for_viewing(manifest, viewing_private(self._keys))


def range_of(wanted: str, total: int) -> tuple[int, int]:
    """Return start and end (exclusive) of a Range header's one range; without a header the beginning.

    Raises GuitaiError ``recording.bad_range``.
    """
    found = _RANGE.fullmatch(wanted or "bytes=0-")
    if found is None or found.groups() == ("", ""):
        raise GuitaiError("recording.bad_range", total=total)
    first, last = found.groups()
    start = int(first) if first else max(total - int(last), 0)
    end = min(int(last) + 1 if first and last else total, total)
    if start >= end:
        raise GuitaiError("recording.bad_range", total=total)
    return start, min(end, start + PART_BYTES)
