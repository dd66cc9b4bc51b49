"""The technician's screen: what is wrong, how the devices do, what the cassettes hold. Nothing of any customer. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from guitai.dialogue.data import LABELS
from guitai.dialogue.out_of_service import Kiosk, Manner, bar, eased
from guitai.messages.branch import Unit
from guitai.messages.view import ChoicePart, Gauge, GaugePart, ListPart, Option, Part, Row, TextPart, View
from guitai.money import FEN_PER_YUAN

DEVICES = {
    "card_reader": "card", "dispenser": "cash", "acceptor": "cash", "pin_pad": "pad", "printer": "print", "id_reader": "id",
    "document_camera": "doc", "camera": "cam", "microphone": "mic", "speech": "spk",
}  # fmt: skip
"""What has a row, and its drawing."""

MOST_FINDINGS, MOST_ROWS = (1, 1), (7, 4)
"""In usual and in large print: what is out of use comes first, `guitai doctor` tells the rest."""

MOST_UNITS = 5
FULL_NOTES = 2500
"""What a cassette is taken to hold when it is full."""

LOW_PERCENT = 25
SPOTS = ("1", "2", "3", "4", "5", "6")
"""Of the touch screen's test."""

WANTS_TEST, TEST, STOP_TEST = "tech:touch", "tech:spot", "tech:leave"


@dataclass(frozen=True, slots=True)
class Wrong:
    """A finding of the doctor in one language."""

    what: str
    then: str


@dataclass(frozen=True, slots=True)
class Machine:
    """Everything the screen tells."""

    why: str = "switch"
    """``switch``, ``exchange`` or ``technician``."""

    wrong: Sequence[Wrong] = ()
    devices: Sequence[tuple[str, bool, str]] = ()
    """Name, whether it can be used, and what is wrong with it in one language (else its code)."""

    units: Sequence[Unit] = ()
    waiting: int = 0
    """Rows that headquarters does not have yet."""

    headquarters: bool = False
    bank: bool = False
    version: str = ""


@dataclass(frozen=True, slots=True)
class Test:
    """The touch screen's test: which spots were not touched yet."""

    left: tuple[str, ...] = SPOTS
    running: bool = False
    passed: bool = False

    def pressed(self, target: str) -> Test:
        """Return the test after a press."""
        if target == WANTS_TEST:
            return Test(running=True)
        if target == STOP_TEST:
            return Test()
        spot = target.removeprefix(f"{TEST}:")
        if not self.running or spot not in self.left:
            return self
        left = tuple(one for one in self.left if one != spot)
        return Test(left, running=bool(left), passed=not left)


def technician(machine: Machine, kiosk: Kiosk, manner: Manner = Manner(), test: Test = Test()) -> View:  # noqa: B008 - frozen
    """Return the screen."""

    def said(key: str, **values: object) -> str:
        return LABELS[key][1 if manner.english else 0].format(**values)

    more = {"exchange": "tech_exchange", "technician": "tech_work"}.get(machine.why, "tech_key")
    parts: tuple[Part, ...]
    if test.running:
        spots = tuple(Option(f"{TEST}:{spot}", spot) for spot in test.left)
        leave = Option(STOP_TEST, said("tech_leave"), icon="x", style="minor")
        parts = (TextPart(said("tech_touch_note"), "label"), ChoicePart(spots, "grid"), ChoicePart((leave,)))
    else:
        worst = tuple(
            TextPart(f"{one.what}\n{one.then}", "alert") for one in machine.wrong[: MOST_FINDINGS[manner.large]]
        )
        well = () if worst else (TextPart(said("tech_well"), "note", "check"),)
        first = sorted(machine.devices, key=lambda one: one[1])[: MOST_ROWS[manner.large]]
        rows = tuple(_row(said(f"device_{name}"), usable, told, DEVICES[name]) for name, usable, told in first)
        units = tuple(_gauge(unit) for unit in machine.units[:MOST_UNITS])
        figures = (
            Row(said("tech_outbox"), said("tech_rows", n=machine.waiting)),
            Row(said("tech_line"), said("tech_up" if machine.headquarters else "tech_down")),
            Row(said("tech_bank"), said("tech_up" if machine.bank else "tech_down")),
            Row(said("tech_version"), machine.version),
        )
        again = Option(WANTS_TEST, said("tech_touch_done" if test.passed else "tech_touch"), icon="hand")
        parts = (
            *worst, *well, *((ListPart(rows, "status"),) if rows else ()), *((GaugePart(units),) if units else ()),
            ListPart(figures, "figures"), ChoicePart((again,)),
        )  # fmt: skip
    shown = View(
        screen="technician", lead=said("tech_title"), more=said(more), tone="hold", mic="shut", branch=kiosk.branch_name,
        online=machine.headquarters, parts=parts, bar=bar(manner, human=False), large=manner.large,
        high_contrast=manner.high_contrast, low=manner.low, language="en" if manner.english else "zh",
    )  # fmt: skip
    return eased(shown, manner)


def _row(name: str, usable: bool, told: str, icon: str) -> Row:
    return Row(name, told, state="ok" if usable else "fault", icon=icon)


def _gauge(unit: Unit) -> Gauge:
    label = f"{unit.name}　{unit.note // FEN_PER_YUAN}" if unit.note else unit.name
    percent = min(100, round(100 * unit.count / FULL_NOTES))
    empties = unit.kind in ("cassette", "recycler")
    return Gauge(label, percent, low=empties and percent < LOW_PERCENT)
