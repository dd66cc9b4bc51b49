"""What is wrong with the line, for core and the doctor: topics the broker refuses, silence, a wrong clock. Pure.

MQTT 5 says for each message and each subscription whether it is allowed (PUBACK and SUBACK reason codes, sections 3.4.2.1 and
3.9.3). Mosquitto refuses a message that way; a subscription it grants and never serves, so a topic we may not read shows
itself only by headquarters' silence.
"""

from __future__ import annotations

from typing import Any

NOT_AUTHORIZED = 0x87
FAILURE = 0x80
"""From here on reason codes say that it was not done."""

SKEW_MS = 60_000
DOWN_NS = 60_000_000_000
"""A line that was away for less is no finding."""

Told = list[tuple[str, dict[str, str]]]
"""Codes of guitai/health/words.toml, each with what its words name."""


class Verdicts:
    """The topics the broker last refused."""

    def __init__(self) -> None:
        self._refused: dict[str, int] = {}

    def note(self, topic: str, reason: int) -> None:
        """Take in what the broker said of a message or a subscription."""
        if reason >= FAILURE:
            self._refused[topic] = reason
        else:
            self._refused.pop(topic, None)

    @property
    def refused(self) -> tuple[str, ...]:
        """Topics we are not authorized for, by name."""
        return tuple(sorted(topic for topic, reason in self._refused.items() if reason == NOT_AUTHORIZED))


class LineHealth:
    """Puts together what core is told; `told` is None while nothing has changed."""

    def __init__(self) -> None:
        self.verdicts = Verdicts()
        self._down: tuple[int, str] | None = None
        self._silent = False
        self._last: Told | None = None

    def connected(self) -> None:
        """The broker is there."""
        self._down = None

    def disconnected(self, now_ns: int, reason: str) -> None:
        """The broker is not there."""
        self._down = (self._down[0] if self._down else now_ns, reason)

    def silent(self) -> None:
        """Headquarters owed an answer for too long."""
        self._silent = True

    def heard(self) -> None:
        """Headquarters answered."""
        self._silent = False

    def told(self, now_ns: int, skew_ms: int | None) -> Told | None:
        """Return what is wrong now, None if it is what was returned before."""
        found: Told = []
        if self.verdicts.refused:
            found.append(("line.not_authorised", {"topics": ", ".join(self.verdicts.refused)}))
        if self._silent:
            found.append(("line.unanswered", {}))
        elif self._down is not None and now_ns - self._down[0] >= DOWN_NS:
            found.append(("line.down", {"reason": self._down[1][:200]}))
        if skew_ms is not None and abs(skew_ms) >= SKEW_MS:
            found.append(("clock.wrong", {"seconds": str(skew_ms // 1000)}))
        if _shape(found) == _shape(self._last):
            return None
        self._last = found
        return found

    def again(self) -> None:
        """Whoever was told has forgotten it."""
        self._last = None


def _shape(told: Told | None) -> Any:
    """What makes two reports the same: seconds of skew and words of a reason may differ."""
    return None if told is None else [(code, about.get("topics")) for code, about in told]
