"""The mixer, sans-I/O: plays wait in line per priority, the teller's voice goes before prompts, hush drops at once.

All that is said goes to one of two outputs, never to both: the loudspeaker, or what only the customer hears.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from threading import Lock
from typing import Literal

import numpy as np

from firmware_bridge.sound.blocks import SPEAKER_BLOCK, SPEAKER_RATE_HZ, Floats, Samples, to_int16
from firmware_bridge.sound.resample import Resampler
from guitai.errors import GuitaiError

Priority = Literal["teller", "prompt"]
PRIORITIES: tuple[Priority, ...] = ("teller", "prompt")
Output = Literal["loudspeaker", "handset"]
PlayKey = tuple[int, str]
"""The connection and its play_id."""

MAX_WAITING_S = 120
SLICE = 480
"""Input samples resampled at a time."""

FADE = SPEAKER_RATE_HZ // 200
"""A hushed play fades within 5 ms: cutting it dead would click."""


@dataclass(frozen=True, slots=True)
class Note:
    """Something that happened `offset` samples into the block just read."""

    key: PlayKey
    what: Literal["began", "played"]
    offset: int
    interrupted: bool = False


@dataclass(slots=True)
class _Play:
    """Samples wait as they came; they are resampled as they are needed, so that a long play costs no long moment."""

    key: PlayKey
    rate_hz: int
    private: bool
    resampler: Resampler
    waiting: deque[Samples] = field(default_factory=deque)
    waiting_samples: int = 0
    ready: Floats = field(default_factory=lambda: np.zeros(0, np.float32))
    began: bool = False
    ended: bool = False
    flushed: bool = False

    def add(self, samples: Samples) -> None:
        if len(samples):
            self.waiting.append(samples)
            self.waiting_samples += len(samples)

    def fill(self) -> bool:
        """Have a block's worth ready if there is as much; return whether there is anything at all."""
        while len(self.ready) < SPEAKER_BLOCK and (self.waiting or (self.ended and not self.flushed)):
            if self.waiting:
                part = self.waiting.popleft()
                if len(part) > SLICE:
                    self.waiting.appendleft(part[SLICE:])
                    part = part[:SLICE]
                self.waiting_samples -= len(part)
                more = self.resampler.feed(part)
            else:
                more, self.flushed = self.resampler.flush(), True
            self.ready = np.concatenate([self.ready, more])
        return len(self.ready) > 0

    def take(self, count: int) -> Floats:
        self.fill()
        part, self.ready = self.ready[:count], self.ready[count:]
        return part


class Mixer:
    """Filled by connections, read by the outputs' own threads, hence the lock."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._lines: dict[Priority, deque[_Play]] = {priority: deque() for priority in PRIORITIES}
        self._fade = np.zeros(0, np.float32)
        self._notes: list[Note] = []
        """Hushed plays, told with the next block."""

        self._wanted: Output = "loudspeaker"
        self._fitted = False

    @property
    def output(self) -> Output:
        """Where everything goes now: to the handset while that is wanted and there is one that plays."""
        return "handset" if self._wanted == "handset" and self._fitted else "loudspeaker"

    def route(self, wanted: Output) -> None:
        """Have everything go there from the next block on; back at the loudspeaker, what is private is dropped at once."""
        with self._lock:
            before, self._wanted = self.output, wanted
            self._turned(before)

    def fit(self, there: bool) -> None:
        """Take in whether a handset plays; without one everything public goes to the loudspeaker."""
        with self._lock:
            before, self._fitted = self.output, there
            self._turned(before)

    def start(self, key: PlayKey, rate_hz: int, priority: Priority, *, private: bool = False) -> None:
        """Open a play at the end of its line; a private one is told as hushed at once where the loudspeaker would play it.

        Raises GuitaiError ``sound.bad_play`` if it is open already.
        """
        with self._lock:
            if any(play.key == key for line in self._lines.values() for play in line):
                raise GuitaiError("sound.bad_play", play_id=key[1], reason="it was started before")
            if private and self.output == "loudspeaker":
                self._notes.append(Note(key, "played", 0, interrupted=True))
                return
            self._lines[priority].append(_Play(key, rate_hz, private, Resampler(rate_hz, SPEAKER_RATE_HZ)))

    def chunk(self, key: PlayKey, body: bytes) -> None:
        """Add int16 samples. A play that was hushed meanwhile is let pass in silence.

        Raises GuitaiError ``sound.bad_play`` for half samples or more than two minutes waiting.
        """
        if len(body) % 2:
            raise GuitaiError("sound.bad_play", play_id=key[1], reason="half a sample")
        with self._lock:
            play = self._find(key)
            if play is None:
                return
            if play.waiting_samples > MAX_WAITING_S * play.rate_hz:
                raise GuitaiError("sound.bad_play", play_id=key[1], reason=f"more than {MAX_WAITING_S} s are waiting")
            play.add(np.frombuffer(body, "<i2"))

    def end(self, key: PlayKey) -> None:
        """Say that no more samples will come."""
        with self._lock:
            play = self._find(key)
            if play is not None:
                play.ended = True

    def hush(self, wanted: Callable[[PlayKey], bool]) -> None:
        """Drop every play whose key is wanted; the one being heard fades out within 5 ms."""
        with self._lock:
            sounding = self._sounding()
            for line in self._lines.values():
                for play in [p for p in line if wanted(p.key)]:
                    line.remove(play)
                    if play is sounding and play.began:
                        tail = play.take(FADE)
                        self._fade = tail * np.linspace(1, 0, len(tail), dtype=np.float32)
                    self._notes.append(Note(play.key, "played", len(self._fade), interrupted=True))

    @property
    def idle(self) -> bool:
        """Whether nothing is played or waits to be."""
        with self._lock:
            return not any(self._lines.values())

    def read(self, output: Output = "loudspeaker") -> tuple[Samples | None, list[Note]]:
        """Return the next 20 ms of an output (None: silence) and what happened in it; the other one is silent."""
        with self._lock:
            if output != self.output:
                return None, []
            notes, self._notes = self._notes, []
            if not (len(self._fade) or any(self._lines.values())):
                return None, notes
            block = np.zeros(SPEAKER_BLOCK, np.float32)
            at = len(self._fade)
            block[:at] = self._fade
            self._fade = np.zeros(0, np.float32)
            heard = at > 0
            self._retire(at, notes)
            while at < SPEAKER_BLOCK and (play := self._sounding()) is not None:
                if not play.began:
                    play.began = True
                    notes.append(Note(play.key, "began", at))
                part = play.take(SPEAKER_BLOCK - at)
                block[at : at + len(part)] = part
                at += len(part)
                heard = True
                self._retire(at, notes)
            return (to_int16(block) if heard else None), notes

    def _turned(self, before: Output) -> None:
        """What fades was meant for the other output; the loudspeaker plays nothing private."""
        if self.output == before:
            return
        self._fade = np.zeros(0, np.float32)
        if self.output == "handset":
            return
        for line in self._lines.values():
            for play in [p for p in line if p.private]:
                line.remove(play)
                self._notes.append(Note(play.key, "played", 0, interrupted=True))

    def _sounding(self) -> _Play | None:
        """Return the play whose samples go out next: the head of the most urgent line that has any."""
        for priority in PRIORITIES:
            line = self._lines[priority]
            if line and line[0].fill():
                return line[0]
        return None

    def _retire(self, offset: int, notes: list[Note]) -> None:
        for line in self._lines.values():
            while line and line[0].ended and not line[0].fill():
                notes.append(Note(line.popleft().key, "played", offset))

    def _find(self, key: PlayKey) -> _Play | None:
        return next((play for line in self._lines.values() for play in line if play.key == key), None)
