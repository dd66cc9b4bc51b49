"""The screen while nobody is served: why, and where to go instead."""

from __future__ import annotations

from typing import Protocol

from guitai.branch import Reason
from guitai.dialogue.data import LABELS, REPLIES
from guitai.messages.view import ListPart, Part, Row, TextPart, View


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


def out_of_service(reason: Reason, kiosk: Kiosk) -> View:
    """Return what is shown while the branch serves nobody, in Chinese: nobody has chosen a language."""
    reply = REPLIES["out_maintenance" if reason in ("exchange", "technician", "door", "switch") else "out_of_service"][
        "zh"
    ]
    return View(
        screen="out_of_service", lead=reply.lead, more=reply.more.format(hotline=kiosk.hotline), tone="quiet", face="calm",
        mic="shut", branch=kiosk.branch_name, parts=() if kiosk.nearest is None else _nearest(kiosk.nearest),
    )  # fmt: skip


def _nearest(near: Near) -> tuple[Part, ...]:
    way = Row(_said("near_walk", n=near.minutes), note=_said("near_metres", n=near.metres), icon="walk")
    hours = Row(_said("near_open", time=near.open_until), note=near.note, icon="clock")
    return (TextPart(_said("near_branch", name=near.name), "question"), ListPart((way, hours)))


def _said(key: str, **values: object) -> str:
    return LABELS[key][0].format(**values)
