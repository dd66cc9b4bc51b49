"""Says texts: clause by clause, fixed clauses from the cache, the fallback voice when the first one fails."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Iterable
from concurrent.futures import ThreadPoolExecutor
from itertools import zip_longest

import numpy as np
import structlog

from edge_models.speech.audio import resample, to_float, to_int16
from edge_models.speech.memory import give_back
from edge_models.speech.tts import Engine, Language, Mark, Sound
from edge_models.speech.tts.cache import ClauseCache
from edge_models.speech.tts.clauses import split
from edge_models.speech.tts.marks import shifted
from edge_models.speech.tts.stretch import at_pace
from guitai.errors import GuitaiError

_AHEAD = 4
"""Clauses synthesised while the first one plays."""

_STRETCHED = (0.75, 1.3)
"""Paces at which a clause kept at the usual one still sounds well."""

log = structlog.get_logger()


class Speaker:
    """One voice for the whole process: one worker thread, live requests before preparation."""

    def __init__(self, engine: Engine, fallback: Engine | None, cache: ClauseCache) -> None:
        self.engine, self._fallback, self._cache = engine, fallback, cache
        self._worker = ThreadPoolExecutor(1, "speak")
        self._live = 0
        self._preparing = False
        self._turn = asyncio.Lock()
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def rate_hz(self) -> int:
        """Rate of everything `say` yields."""
        return self.engine.rate_hz

    async def say(self, text: str, language: Language, speed: float) -> AsyncGenerator[Sound, None]:
        """Yield the text's clauses as soon as each is ready. Leaving the loop early stops the synthesis."""
        ready: asyncio.Queue[Sound | GuitaiError | None] = asyncio.Queue(_AHEAD)
        self._live += 1
        self._idle.clear()
        maker = asyncio.create_task(self._make(split(text), language, speed, ready))
        try:
            while (sound := await ready.get()) is not None:
                if isinstance(sound, GuitaiError):
                    raise sound
                yield sound
        finally:
            if not maker.done():
                maker.cancel()
                self.engine.interrupt()
            self._live -= 1
            if not self._live:
                self._idle.set()

    async def prepare(
        self, texts: Iterable[str], language: Language, speed: float = 1.0, *, first_only: bool = False
    ) -> tuple[int, int]:
        """Keep the clauses of fixed texts on disk, in idle time. Returns how many there are, and how many are new.

        ``{name}`` in a text stands for words that change: its clause is not kept, the others of the text are. First
        clauses come first, as whoever has asked waits for them; with `first_only` the others are left out.
        """
        voice = self.engine.voice(language)
        clauses = _in_turn([split(text)[: 1 if first_only else None] for text in texts])
        async with self._turn:
            return len(clauses), sum([await self._keep(clause, voice, language, speed) for clause in clauses])

    async def _keep(self, clause: str, voice: str, language: Language, speed: float) -> bool:
        """Keep a clause unless it is kept; return whether it was new."""
        # In a thread, as all answers' clauses are some 90 MB: the loop that hears customers does not read them at each start.
        while await asyncio.to_thread(self._cache.get, clause, voice, speed) is None:
            await self._idle.wait()
            self._preparing = True
            try:
                sound = await self._in_worker(self.engine, clause, language, speed)
            except GuitaiError as error:
                if error.code == "speech.interrupted":
                    continue
                raise
            finally:
                self._preparing = False
            self._cache.put(clause, voice, speed, sound)
            give_back()  # clause after clause, the heap would grow to twice its size
            return True
        return False

    async def _make(
        self,
        clauses: list[str],
        language: Language,
        speed: float,
        ready: asyncio.Queue[Sound | GuitaiError | None],
    ) -> None:
        try:
            for clause in clauses:
                kept = await asyncio.to_thread(self._kept, clause, language, speed)
                await ready.put(kept or await self._synthesise(clause, language, speed))
        except GuitaiError as error:
            await ready.put(error)
        await ready.put(None)

    def _kept(self, clause: str, language: Language, speed: float) -> Sound | None:
        """Return the clause as it is kept, if need be at another pace: that is quicker than to say it anew."""
        if language not in self.engine.languages():
            return None
        voice = self.engine.voice(language)
        kept = self._cache.get(clause, voice, speed)
        if kept is None and _STRETCHED[0] <= speed <= _STRETCHED[1]:
            usual = self._cache.get(clause, voice, 1.0)
            kept = usual and at_pace(usual, self.rate_hz, speed)
        return kept

    async def _synthesise(self, clause: str, language: Language, speed: float) -> Sound:
        if self._preparing:
            self.engine.interrupt()
        # Twice: an interruption meant for what ran before may hit this clause.
        for _ in range(2):
            try:
                return await self._in_worker(self.engine, clause, language, speed)
            except GuitaiError as error:
                if error.code != "speech.interrupted":
                    log.warning("voice failed, fallback takes over", code=error.code)
                    break
        if self._fallback is None:
            raise GuitaiError("speech.voice_failed", engine=self.engine.name, reason="and there is no fallback")
        sound = await self._in_worker(self._fallback, clause, language, speed)
        wave = resample(to_float(sound.samples), self._fallback.rate_hz, self.rate_hz)
        return Sound(to_int16(wave), sound.marks)

    async def _in_worker(self, engine: Engine, clause: str, language: Language, speed: float) -> Sound:
        return await asyncio.get_running_loop().run_in_executor(self._worker, _whole, engine, clause, language, speed)


def _whole(engine: Engine, clause: str, language: Language, speed: float) -> Sound:
    pieces, at_s = [np.empty(0, dtype=np.int16)], 0.0
    marks: list[Mark] = []
    for piece in engine.say(clause, language, speed):
        pieces.append(piece.samples)
        marks += shifted(piece.marks, at_s)
        at_s += len(piece.samples) / engine.rate_hz
    return Sound(np.concatenate(pieces), tuple(marks))


def _in_turn(texts: list[list[str]]) -> list[str]:
    """Return every text's first clause, then every second one and so on, each once, without those that change."""
    turns = (clause for same in zip_longest(*texts) for clause in same if clause is not None)
    return [clause for clause in dict.fromkeys(turns) if "{" not in clause]
