"""The screen while nobody is served: why, and where to go instead."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from guitai.branch import Reason
from guitai.dialogue.data import LABELS, REPLIES
from guitai.messages.view import BarItem, ChoicePart, ListPart, Option, Part, Row, TextPart, View

Said = Callable[..., str]


class Near(Protocol):
    """The branch to go to instead: minutes on foot and metres from here."""

    @property
    def name(self) -> str:
        """What it is called."""
        ...

    @property
    def minutes(self) -> int:
        """How long it takes on foot."""
        ...

    @property
    def metres(self) -> int:
        """How far it is."""
        ...

    @property
    def open_until(self) -> str:
        """When it closes today, as on a clock."""
        ...

    @property
    def note(self) -> str:
        """What can be done there."""
        ...


class Kiosk(Protocol):
    """What is known of this machine: the branch's name, the hotline, where to go instead."""

    @property
    def branch_name(self) -> str:
        """As it stands on the screen."""
        ...

    @property
    def hotline(self) -> str:
        """Its number."""
        ...

    @property
    def hours(self) -> str:
        """When it serves, HH:MM-HH:MM; empty: always."""
        ...

    @property
    def nearest(self) -> Near | None:
        """None: nobody said."""
        ...


KEYS: dict[Reason, str] = {
    **dict.fromkeys(("exchange", "technician", "door", "switch"), "out_maintenance"),
    "hours": "out_hours",
}
"""What is said; for other reasons ``out_of_service``."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How the screen is seen while no session keeps it."""

    large: bool = False
    high_contrast: bool = False
    low: bool = False
    english: bool = False
    easing: bool = False
    """Whether the question what makes it easier stands on the screen."""

    def pressed(self, target: str) -> Manner:
        """Return it after a press on the bar or on what stands for it."""
        match target:
            case "large":
                return replace(self, large=not self.large)
            case "contrast":
                return replace(self, high_contrast=not self.high_contrast)
            case "low":
                return replace(self, low=not self.low)
            case "language":
                return replace(self, english=not self.english)
            case "ease":
                return replace(self, easing=not self.easing)
            case "ease:done":
                return replace(self, easing=False)
            case _:
                return self


def out_of_service(reason: Reason, kiosk: Kiosk, manner: Manner = Manner(), *, teller: bool = False) -> View:
    """Return what is shown while the branch serves nobody; Chinese unless somebody chose English.

    `teller`: whether one can be called from here; else the hotline is what is left.
    """
    key = KEYS.get(reason, "out_of_service")
    reply = REPLIES[key]["en" if manner.english else "zh"]
    said = _words(manner)
    call = Option("human", said("out_human"), icon="human", style="primary")
    seen = tuple(replace(option, style="minor") for option in _seen(manner))
    shown = View(
        screen="out_of_service", lead=reply.lead, more=reply.more.format(hotline=kiosk.hotline, hours=kiosk.hours), tone="quiet", face="calm",
        mic="shut", branch=kiosk.branch_name, large=manner.large, high_contrast=manner.high_contrast, low=manner.low,
        language="en" if manner.english else "zh",
        parts=(
            *(() if kiosk.nearest is None else _nearest(kiosk.nearest, said)),
            TextPart(said("out_call", hotline=kiosk.hotline), "body", "phone"),
            *((ChoicePart((call,)),) if teller else ()),
            ChoicePart(seen, "grid"),
        ),
        bar=bar(manner, human=teller),
    )  # fmt: skip
    return eased(shown, manner)


def eased(view: View, manner: Manner) -> View:
    """Return the question what makes the screen easier in place of it, where that was asked for; large print is in the bar."""
    if not manner.easing:
        return view
    said = _words(manner)
    done = Option("ease:done", said("ease_back"), icon="check", style="primary")
    choice = ChoicePart((*_seen(manner), done))
    if view.screen == "technician":  # whose head is one plain line
        parts: tuple[Part, ...] = (TextPart(said("ease_more"), "label"), choice)
        return replace(view, lead=said("ease_lead").replace("*", ""), more="", parts=parts)
    return replace(view, lead=said("ease_lead"), more=said("ease_more"), parts=(choice,))


def aloud(view: View) -> str:
    """Return what is read out when somebody wants the screen said again: words and remarks, not the buttons."""
    remarks = [part.text for part in view.parts if isinstance(part, TextPart)]
    return "\n".join(filter(None, (view.lead, view.more, *remarks))).replace("*", "")


def bar(manner: Manner, *, human: bool) -> tuple[BarItem, ...]:
    """Return the bar while nobody is served."""
    said = _words(manner)
    return (
        BarItem("human", said("human"), "human", enabled=human),
        BarItem("back", said("back"), "back", enabled=False),
        BarItem("large", said("normal" if manner.large else "large"), "big", on=manner.large),
        BarItem("ease", said("ease"), "sun", on=manner.easing),
        BarItem("repeat", said("repeat"), "again"),
        BarItem("language", said("language"), "lang"),
    )


def _seen(manner: Manner) -> tuple[Option, ...]:
    said = _words(manner)
    return (
        Option("contrast", said("contrast_off" if manner.high_contrast else "contrast_on"), icon="sun"),
        Option("low", said("low_off" if manner.low else "low_on"), icon="down"),
    )


def _nearest(near: Near, said: Said) -> tuple[Part, ...]:
    way = Row(said("near_walk", n=near.minutes), note=said("near_metres", n=near.metres), icon="walk")
    hours = Row(said("near_open", time=near.open_until), note=near.note, icon="clock")
    return (TextPart(said("near_branch", name=near.name), "question"), ListPart((way, hours)))


def _words(manner: Manner) -> Said:
    def said(key: str, **values: object) -> str:
        return LABELS[key][1 if manner.english else 0].format(**values)

    return said
