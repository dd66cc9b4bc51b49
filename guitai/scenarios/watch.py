"""Everything that could be seen of a scenario while it was played: steps of core with their effects, and screens, in order."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, is_dataclass
from typing import Any, TypeVar

from guitai.dialogue.state import Session
from guitai.messages.device import PrintReceipt
from guitai.messages.view import View
from guitai.messages.voice import Speak

T = TypeVar("T")

_NO_TEXT = frozenset({"target", "icon", "style", "layout", "name", "source", "state", "kind", "field", "extend_target"})
"""Fields of a view's parts that nobody reads."""

_THOUSANDS = re.compile(r"(?<=\d),(?=\d{3})")


@dataclass
class Stepped:
    """One step of the session."""

    at_s: float
    spent_s: float
    """Processor time of this process so far."""

    session_id: str
    event: object
    effects: tuple[object, ...]
    state: Session | None = None
    """What the session was after it; None if core died before."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A screen that was sent to the window."""

    at_s: float
    view: View


Sight = Stepped | Shown


class Watch:
    """Notes down what happens."""

    def __init__(self) -> None:
        self.sights: list[Sight] = []
        self.view: View | None = None
        """The screen as it is."""

    def stepped(self, session_id: str, event: object, effects: Sequence[object]) -> Stepped:
        """Take note of a step that has just been written down."""
        step = Stepped(_now(), time.process_time(), session_id, event, tuple(effects))
        self.sights.append(step)
        return step

    def shown(self, view: View) -> None:
        """Take note of a screen."""
        self.view = view
        self.sights.append(Shown(_now(), view))

    def dark(self) -> None:
        """The power is off."""
        self.view = None

    def effects(self, kind: type[T], since: int = 0) -> list[T]:
        """Return the effects of a kind from a place in the sights on."""
        return effects_of(self.sights[since:], kind)


def effects_of(sights: Sequence[Sight], kind: type[T]) -> list[T]:
    """Return the effects of a kind."""
    return [effect for s in sights if isinstance(s, Stepped) for effect in s.effects if isinstance(effect, kind)]


def events_of(sights: Sequence[Sight], kind: type[T]) -> list[T]:
    """Return the events of a kind."""
    return [s.event for s in sights if isinstance(s, Stepped) and isinstance(s.event, kind)]


def states_of(sights: Sequence[Sight]) -> list[Session]:
    """Return the session after each step."""
    return [s.state for s in sights if isinstance(s, Stepped) and s.state is not None]


def views_of(sights: Sequence[Sight]) -> list[View]:
    """Return the screens."""
    return [s.view for s in sights if isinstance(s, Shown)]


def told(sights: Sequence[Sight], standing: View | None) -> tuple[str, ...]:
    """Return everything said, shown or printed, with the screen that stood there before where no other came."""
    views = views_of(sights) or ([standing] if standing is not None else [])
    texts = [effect.text for effect in effects_of(sights, Speak)]
    texts += [text for view in views for text in read(view)]
    for slip in effects_of(sights, PrintReceipt):
        texts += [slip.title, *slip.lines]
    return tuple(dict.fromkeys(texts))


def read(view: View) -> Iterator[str]:
    """Return what a customer reads on a screen; not what they themselves were heard to say."""
    yield view.lead.replace("*", "")
    yield view.more.replace("*", "")
    yield from view.captions
    for part in view.parts:
        yield from _texts(part)
    for item in view.bar:
        yield item.label


def plain(text: str) -> str:
    """Return a text without what only sets it: thousands' commas, spaces, asterisks."""
    return _THOUSANDS.sub("", text).replace(" ", "").replace("\u00a0", "").replace("*", "")


def says(gist: str, texts: Sequence[str]) -> bool:
    """Whether one of a gist's alternatives stands in one of the texts."""
    every = "\n".join(plain(text) for text in texts)
    return any(plain(one) in every for one in gist.split("|") if one)


def _texts(part: Any) -> Iterator[str]:
    """Return the texts of a part; an amount's digits and unit belong together."""
    if isinstance(part, str):
        yield part
    elif isinstance(part, tuple):
        for one in part:
            yield from _texts(one)
    elif is_dataclass(part):
        values = {f.name: getattr(part, f.name) for f in fields(part) if f.name not in _NO_TEXT}
        if "digits" in values and "unit" in values:
            values["digits"] = f"{values['digits']} {values.pop('unit')}"
        for value in values.values():
            yield from _texts(value)


def _now() -> float:
    return asyncio.get_running_loop().time()
