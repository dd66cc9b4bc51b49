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
    def nearest(self) -> Near | None:
        """None: nobody said."""
        ...


@dataclass(frozen=True, slots=True)
class Manner:
    """How the screen is seen while no session keeps it."""

    large: bool = False
    high_contrast: bool = False
    low: bool = False
    english: bool = False

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
            case _:
                return self


def out_of_service(reason: Reason, kiosk: Kiosk, manner: Manner = Manner(), *, teller: bool = False) -> View:
    """Return what is shown while the branch serves nobody; Chinese unless somebody chose English.

    `teller`: whether one can be called from here; else the hotline is what is left.
    """
    key = "out_maintenance" if reason in ("exchange", "technician", "door", "switch") else "out_of_service"
    reply = REPLIES[key]["en" if manner.english else "zh"]
    said = _words(manner)
    call = Option("human", said("out_human"), icon="human", style="primary")
    contrast = Option(
        "contrast", said("contrast_off" if manner.high_contrast else "contrast_on"), icon="sun", style="minor"
    )
    low = Option("low", said("low_off" if manner.low else "low_on"), icon="down", style="minor")
    return View(
        screen="out_of_service", lead=reply.lead, more=reply.more.format(hotline=kiosk.hotline), tone="quiet", face="calm",
        mic="shut", branch=kiosk.branch_name, large=manner.large, high_contrast=manner.high_contrast, low=manner.low,
        language="en" if manner.english else "zh",
        parts=(
            *(() if kiosk.nearest is None else _nearest(kiosk.nearest, said)),
            TextPart(said("out_call", hotline=kiosk.hotline), "body", "phone"),
            *((ChoicePart((call,)),) if teller else ()),
            ChoicePart((contrast, low), "grid"),
        ),
        bar=bar(manner, human=teller),
    )  # fmt: skip


def bar(manner: Manner, *, human: bool) -> tuple[BarItem, ...]:
    """Return the bar while nobody is served."""
    said = _words(manner)
    return (
        BarItem("human", said("human"), "human", enabled=human),
        BarItem("back", said("back"), "back", enabled=False),
        BarItem("large", said("normal" if manner.large else "large"), "big", on=manner.large),
        BarItem("language", said("language"), "lang"),
    )


def _nearest(near: Near, said: Said) -> tuple[Part, ...]:
    way = Row(said("near_walk", n=near.minutes), note=said("near_metres", n=near.metres), icon="walk")
    hours = Row(said("near_open", time=near.open_until), note=near.note, icon="clock")
    return (TextPart(said("near_branch", name=near.name), "question"), ListPart((way, hours)))


def _words(manner: Manner) -> Said:
    def said(key: str, **values: object) -> str:
        return LABELS[key][1 if manner.english else 0].format(**values)

    return said
