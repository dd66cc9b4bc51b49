"""What a check found, in the words of ``words.toml``: what is wrong, what customers notice, what to do next."""

from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal

from guitai.messages.health import Level

Language = Literal["zh", "en"]
Words = dict[Language, str]

CHANGES = frozenset({"free_mb", "days", "seconds", "reason", "next_zh", "next_en", "first"})
"""Values that change while the thing that is wrong stays the same."""

MOST_CHARS = 200
"""Of one value that is told on."""


@dataclass(frozen=True, slots=True)
class Repair:
    """Something that mends a finding without a person's judgement and cannot make it worse."""

    says: Words
    run: Callable[[], None]
    """Raises OSError, GuitaiError or subprocess.SubprocessError when it could not."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong."""

    code: str
    level: Level
    what: Words
    customers: Words
    then: Words
    repair: Repair | None = None
    about: dict[str, str] = field(default_factory=dict)
    """What the words name, each with its value."""

    @property
    def key(self) -> str:
        """What tells it from others, without what changes from one look to the next."""
        named = [value for name, value in sorted(self.about.items()) if name not in CHANGES]
        return "|".join([self.code, *named])[:MOST_CHARS]

    def data(self) -> dict[str, Any]:
        """Return it as plain data, for ``--json``."""
        return {
            "code": self.code,
            "level": self.level,
            "what": self.what,
            "customers": self.customers,
            "next": self.then,
            "repairable": self.repair is not None,
        }


def finding(code: str, repair: Repair | None = None, /, **params: object) -> Finding:
    """Return the finding of `code` with its words. Raises KeyError for a code that has none."""
    words = _words()[code]
    return Finding(
        code,
        words.get("level", "stop"),
        _of(words, "", params),
        _of(words, "customers_", params),
        _of(words, "next_", params),
        repair,
        {name: str(value)[:MOST_CHARS] for name, value in params.items()},
    )


def level_of(code: str) -> Level:
    """Return how bad a finding of `code` is; one of another version of the program counts as the worse."""
    level: Level = _words().get(code, {}).get("level", "stop")
    return level


def codes() -> tuple[str, ...]:
    """Return every code that has words."""
    return tuple(_words())


@cache
def _words() -> dict[str, dict[str, Any]]:
    text = resources.files("guitai.health").joinpath("words.toml").read_text(encoding="utf-8")
    return {f"{part}.{name}": words for part, rows in tomllib.loads(text).items() for name, words in rows.items()}


def _of(words: dict[str, Any], prefix: str, params: dict[str, object]) -> Words:
    return {"zh": words[f"{prefix}zh"].format(**params), "en": words[f"{prefix}en"].format(**params)}
