"""Health: what the standing checks found, and what is over. Told when it changes, on the branch's own record."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import event

Level = Literal["stop", "watch"]
"""stop: customers cannot be served, or not in full; watch: they still are, but not for long."""


@event("health.found")
@dataclass(frozen=True, slots=True)
class HealthFound:
    """Something is wrong from now on."""

    key: str
    """What tells it from others: its code and what it is about, without what changes from one look to the next."""

    code: str
    """One of ``guitai/health/words.toml``."""

    level: Level
    about: tuple[tuple[str, str], ...]
    """What the words name, each with its value."""


@event("health.over")
@dataclass(frozen=True, slots=True)
class HealthOver:
    """What was found is not so any more."""

    key: str
    code: str
