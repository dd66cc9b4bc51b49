"""Customers who do every business with real touches on a real window, in one process: ``python -m tests.wire.ui.walk``.

Core's pure session runs on a fake clock with an obedient bank. Each press goes through Kivy's own input to the window, at
the middle of the target as it was laid out; what the window reports is what the session is told. Prints what was done.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from guitai.config_sections import Window as WindowConfig
from guitai.dialogue.data import FLOWS
from guitai.messages import bank, card, cash, cash_in, touch
from guitai.messages.device import PrintReceipt
from guitai.money import yuan
from guitai.view import SPINE, view
from kiosk_ui import fonts, kivy_setup
from kiosk_ui.display import virtual_display
from kiosk_ui.folding import OPEN
from kiosk_ui.look import Look
from kiosk_ui.samples import samples
from kiosk_ui.scene import Box
from tests.unit.flows.counter import Desk
from tests.unit.flows.scripts import SCRIPTS, Script

SIZES = {"portrait": (1080, 1920), "landscape": (1280, 800)}
MOST_TURNS = 30
MOST_FRAMES = 50
TYPED = "13800000628"
"""Keyed in where the value itself goes to the vault."""


class FakeClock:
    """The desk's time: the guard against trembling fingers and the clock on the screen go by it."""

    def __init__(self) -> None:
        self.ms = 1_795_314_240_000

    def unix_ms(self) -> int:
        return self.ms

    def monotonic_ns(self) -> int:
        return self.ms * 1_000_000


class Glass:
    """The window with a finger."""

    def __init__(self, state: Path) -> None:
        from kivy.base import EventLoop, runTouchApp
        from kivy.tests.common import UnitTestTouch

        from kiosk_ui.report import Report
        from kiosk_ui.window import KioskWindow

        self.clock, self.touches, self.screens = FakeClock(), 0, set[str]()
        self.left_out: set[str] = set()
        """Screens on which rows found no room: they are spoken, not seen."""

        self.told: list[tuple[str, Any]] = []
        names = [field.name for field in fields(Report)]
        report = Report(*[lambda *data, name=name: self.told.append((name, data)) for name in names])
        report.missed = lambda _counts: None  # the window's own affair
        self.window = KioskWindow(fonts.find(state), self.clock, report, Look(), still=True)
        self._loop, self._touch = EventLoop, UnitTestTouch
        runTouchApp(embedded=True)

    def show(self, shown: Any) -> None:
        if shown != self.window.view:
            self.window.show(shown)
            self.screens.add(shown.screen)
            self._until_drawn()
            scene = self.window.scene
            if scene.left_out:
                self.left_out.add(f"{scene.left_out} on {shown.screen}: {shown.lead}")

    def _until_drawn(self) -> None:
        drawn: list[bool] = []
        self.window.after_draw(lambda: drawn.append(True))
        for _ in range(MOST_FRAMES):
            self._loop.idle()
            if drawn:
                return
        raise AssertionError("the frame was never drawn")

    def press(self, target: str) -> list[tuple[str, Any]]:
        """Touch the middle of a target; return what the window reported, but for what was shown."""
        scene = self.window.scene
        boxes = {one.name: one.box for one in scene.targets}
        if target not in boxes and OPEN in boxes:
            self.press(OPEN)
            return self.press(target)
        assert target in boxes, (target, sorted(boxes), scene.screen)
        self.told.clear()
        self.clock.ms += 500
        finger = self._finger(boxes[target])
        finger.touch_down()
        finger.touch_up()
        self.touches += 1
        self._loop.idle()
        return [one for one in self.told if one[0] not in ("shown", "typing")]

    def _finger(self, box: Box) -> Any:
        from kivy.core.window import Window

        scale = self.window.scene.scale
        finger = self._touch(box.mid_x * scale, Window.system_size[1] - box.mid_y * scale)
        finger.button = "left"
        return finger

    def beside_a_hand(self) -> list[Any]:
        """A hand leans on one button while a finger presses another; return what the window reported of both."""
        self.show(samples()["home"])
        boxes = {one.name: one.box for one in self.window.scene.targets}
        hand = self._finger(boxes["language"])
        hand.touch_down()
        self.clock.ms += 60_000
        reported: list[Any] = self.press("human")
        self.told.clear()
        self.window.look_at_glass()
        hand.touch_up()
        self.window.look_at_glass()
        return [*reported, *self.told]

    def beside_a_palm(self) -> list[Any]:
        """A palm lies on the pad, three strokes are drawn beside it and it is done; return how many points each sent stroke has."""
        self.show(samples()["signature"])
        boxes = {one.name: one.box for one in self.window.scene.targets}
        palm = self._finger(boxes["sign:pad"])
        palm.touch_down()
        dot = self.press("sign:done")
        for _ in range(3):
            pen = self._finger(boxes["sign:pad"])
            pen.touch_down()
            for _ in range(4):
                pen.touch_move(pen.x + 20, pen.y + 10)
                palm.touch_move(palm.x + 1, palm.y)
                self.window.point(0.5, 0.5)  # as a teller does meanwhile
            pen.touch_up()
        ((_, (strokes,)),) = self.press("sign:done")
        palm.touch_up()
        return [*dot, *(len(stroke) // 2 for stroke in strokes)]


class TouchDesk(Desk):
    """A desk that has only the glass: whatever is pressed or typed goes through it."""

    glass: Glass
    mode: dict[str, Any]

    def glance(self) -> None:
        self.glass.show(view(self.state, "和平路支行"))

    def press(self, target: str) -> list[Any]:
        self.glance()
        reported = self.glass.press(target)
        assert reported == [("pressed", (target,))], (target, reported)
        return self.happen(touch.Pressed(target))

    def happen(self, event: object) -> list[Any]:
        if isinstance(event, touch.Entered):
            self._type(event)
        done = super().happen(event)
        self.glance()
        return done

    def _type(self, event: touch.Entered) -> None:
        self.glance()
        secret = event.field == "sms"
        digits = event.text if event.text.isdigit() else "409613" if secret else TYPED
        reported: list[tuple[str, Any]] = []
        for digit in digits:
            reported = self.glass.press(f"key:{digit}")
        if not reported:
            reported = self.glass.press("key:done")
        assert reported == [("entered", (event.field, digits, secret))], (event, reported)

    def hand(self) -> None:
        """Do what no finger on the glass can: cards and notes."""
        state = self.state
        match state.stage:
            case "take_card" | "ending" if state.card == "offered":
                self.happen(card.CardTaken())
            case "take_cash" if state.task is not None:
                self.happen(cash.NotesTaken(state.task.stacked))
            case "insert_notes":
                self.happen(cash_in.NotesCounted(_pending(self), ((10_000, 5),), refused=False))

    def answers(self, effect: Any) -> list[object]:
        match effect:
            case cash_in.StartCashIn(request_id):
                return [cash_in.CashInStarted(request_id)]
            case cash_in.EndCashIn(request_id):
                return [cash_in.NotesStored(request_id, yuan(500))]
            case bank.PostDeposit(request_id):
                return [bank.DepositOutcome(request_id, "credited")]
        return super().answers(effect)


def _pending(desk: TouchDesk) -> str:
    accepts = desk.all(cash_in.AcceptNotes)
    return str(accepts[-1].request_id)


def walk(glass: Glass, script: Script, mode: dict[str, Any]) -> None:
    """Do one business from the first screen to the last, and choose a receipt if there is one."""
    desk = TouchDesk(rows=script.rows, fields=script.fields)
    desk.glass, desk.mode = glass, mode
    desk.glance()
    desk.open()
    if mode.get("language") == "en":
        desk.press("language")
    if mode.get("large"):
        desk.press("large")
    if script.card:
        desk.insert_card()
    if script.kind in SPINE:
        desk.press(f"start:{script.kind}")
    else:
        desk.find(script.kind)
    _through(desk, script)
    if script.then:
        desk.tap(script.then)
        _through(desk, script)
    assert desk.state.stage == script.ends, (script.kind, desk.state.stage, desk.state.saying.key, desk.state.asking)
    if script.ends != "result":
        return
    if "receipt:paper" in {button.target for button in desk.buttons}:
        desk.tap("receipt:paper")
        assert desk.all(PrintReceipt)
    desk.tap("solved:yes")
    for _ in range(MOST_TURNS):
        if desk.state.stage in ("closed", "offer"):
            break
        desk.hand()
    if desk.state.stage == "offer":
        desk.tap("offer:no")
        desk.hand()
    assert desk.state.stage in ("closed", "ending"), (script.kind, desk.state.stage)


def _through(desk: TouchDesk, script: Script) -> None:
    for _ in range(MOST_TURNS):
        if desk.ended:
            return
        desk.hand()
        if not desk.ended:
            desk.touch_on(script.touches)


FIRST_PAGE = (
    Script("transfer", touches={"amount": "500"}),
    Script("withdraw"),
    Script("deposit"),
    Script("balance"),
)


def scripts(kinds: list[str]) -> list[Script]:
    """Return the businesses asked for; none named: all."""
    every = [*FIRST_PAGE, *SCRIPTS]
    assert {script.kind for script in every} == FLOWS.keys()
    return [replace(script) for script in every if not kinds or script.kind in kinds]


def main(arguments: list[str]) -> None:
    """ORIENTATION LANGUAGE PRINT [KIND ...]: walk them all, print a line of JSON with what was found."""
    orientation, language, size, *kinds = arguments
    width, height = SIZES[orientation]
    mode = {"language": language, "large": size == "large"}
    with virtual_display(width, height) as display, tempfile.TemporaryDirectory() as home:
        os.environ["DISPLAY"] = display
        kivy_setup.prepare(WindowConfig(width=width, height=height), Path(home))
        from kivy.config import Config

        Config.set("graphics", "maxfps", "0")  # a fake clock has no frame to wait for
        kivy_setup.open_window()
        glass = Glass(Path(home))
        failed = {}
        walked = scripts(kinds)
        for script in walked:
            try:
                walk(glass, script, mode)
            except Exception as error:  # noqa: BLE001 - the next business is walked all the same
                failed[script.kind] = f"{type(error).__name__}: {error}"[:400]
            print(script.kind, failed.get(script.kind, "ok"), file=sys.stderr, flush=True)
        screens = sorted(glass.screens)
        found = {
            "walked": len(walked),
            "failed": failed,
            "touches": glass.touches,
            "screens": screens,
            "left_out": sorted(glass.left_out),
            "beside_a_hand": glass.beside_a_hand(),
            "beside_a_palm": glass.beside_a_palm(),
        }
        print(json.dumps(found, ensure_ascii=False))


if __name__ == "__main__":
    main(sys.argv[1:])
