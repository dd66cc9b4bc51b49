"""How long an answer took: from the last voiced sample to the first sound of the reply's content, stage by stage."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import orjson

from guitai.messages.session import Occurred
from guitai.messages.voice import CustomerSaid, Speak


class Traces:
    """Remembers which utterance a reply answers until its first sound is out; keeps one JSON line an answer."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._open: dict[str, dict[str, Any]] = {}

    def step(self, occurred: Occurred, effects: tuple[object, ...], decided_ns: int) -> None:
        """Note a step: an utterance and the reply it led to."""
        said = occurred.event
        reply = next((effect for effect in effects if isinstance(effect, Speak)), None)
        if not isinstance(said, CustomerSaid) or reply is None or said.typed:
            return
        self._open = {
            reply.speak_id: {
                "speak_id": reply.speak_id, "speech_end_ns": said.speech_end_ns, "final_ns": said.final_ns,
                "decided_ns": decided_ns, "intent": said.understanding.intents[0].name,
            }
        }  # fmt: skip

    def sounded(self, speak_id: str, at_ns: int) -> dict[str, Any] | None:
        """Note that a reply's first sound is out; return the finished trace in milliseconds."""
        found = self._open.pop(speak_id, None)
        if found is None:
            return None
        trace = {
            "at_ms": time.time_ns() // 1_000_000,
            "speak_id": speak_id,
            "intent": found["intent"],
            "hear_ms": _ms(found["speech_end_ns"], found["final_ns"]),
            "decide_ms": _ms(found["final_ns"], found["decided_ns"]),
            "voice_ms": _ms(found["decided_ns"], at_ns),
            "total_ms": _ms(found["speech_end_ns"], at_ns),
        }
        with self._path.open("ab") as file:
            file.write(orjson.dumps(trace) + b"\n")
        return trace


def _ms(start_ns: int, end_ns: int) -> float:
    return round((end_ns - start_ns) / 1e6, 1)
