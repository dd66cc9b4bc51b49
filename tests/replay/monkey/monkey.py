"""A monkey at the kiosk: random touches on the laid out screen, random words, now and then a card or notes.

Everything behind the glass is real: layout and keypad of the window, the daemon with its journal, simulated machines and
bank; only time is virtual.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from guitai.clock import UnixMs
from guitai.dialogue.data import INTENTS
from guitai.episodes.ground import Ground
from guitai.messages import face, voice
from guitai.messages.touch import Entered, Pressed
from guitai.messages.view import View
from guitai.scenarios.hands import Hands
from guitai.scenarios.stage import Stage
from guitai.scenarios.watch import Shown, read
from kiosk_ui import layout
from kiosk_ui.folding import CLOSE, OPEN
from kiosk_ui.keypad import Keypad
from kiosk_ui.layout.context import Moment
from kiosk_ui.reader import nodes
from kiosk_ui.scene import Scene, Text
from kiosk_ui.text import ELLIPSIS, Measure
from tests.replay.scenarios.book import scenario

WINDOWS = ((1080, 1920), (1280, 800))
"""Upright for even seeds, lying for odd ones."""

DEEDS_EACH = 25
"""Of one customer; then the next one comes."""

HOME_S = 900.0
MOST_SESSIONS = 3
OVER = frozenset({"idle", "closed"})
SURNAMES, NAMES = "赵钱孙李周吴郑冯陈褚卫蒋沈韩杨朱秦尤许何吕施张", "芷若瑾瑜朔曜霁翊珩瑄祎昀湛澹璟"
HANDS = ("insert_card", "pin_ok", "pin_wrong", "sms_ok", "take_card", "take_notes")
STRANGE = ("", "。", "嗯嗯嗯", "我我我我我我" * 12, "<b>*转*</b>", "\n\n", "🐒", "*" * 30)


@dataclass
class Found:
    """What the monkey found out."""

    deeds: int = 0
    pressed: int = 0
    customers: int = 0
    screens: set[str] = field(default_factory=set)
    broke: list[str] = field(default_factory=list)
    left_out: set[str] = field(default_factory=set)
    """Screens on which something found no room."""


class Monkey:
    """One run of so many deeds."""

    def __init__(self, seed: int, measure: Measure, found: Found) -> None:
        self._lot = random.Random(seed)
        self._measure, self._found = measure, found
        self._window = WINDOWS[seed % len(WINDOWS)]
        self._keypad = Keypad()
        self._view: View | None = None
        self._scene: Scene | None = None
        self._gone: set[str] = set()
        """Names and amounts of customers who have left."""

        self._own: set[str] = set()
        self._seen = 0

    async def live(self, folder: Path, deeds: int) -> None:
        """Be one customer after another."""
        stage = Stage(folder, scenario(), self._understood)
        try:
            await stage.begin()
            while self._found.deeds < deeds:
                await self._customer(stage, min(DEEDS_EACH, deeds - self._found.deeds))
        finally:
            stage.close()

    async def _customer(self, stage: Stage, deeds: int) -> None:
        self._found.customers += 1
        self._own = set()
        hands = Hands(stage)
        stage.core.happen(face.CustomerApproached())
        for _ in range(deeds):
            self._found.deeds += 1
            await asyncio.sleep(self._lot.choice((0.02, 0.3, 1.0, 2.5)))
            self._look(stage)
            await self._deed(stage, hands)
        stage.core.happen(face.CustomerLeft())
        await self._home(stage, hands)

    async def _home(self, stage: Stage, hands: Hands) -> None:
        """Nobody touches anything: every screen finds its way back to the first one, without this customer's data."""

        def done() -> bool:
            self._look(stage)
            if stage.core.state.stage not in OVER:
                hands.now("take_card")
                hands.now("take_notes")
            return stage.core.state.stage in OVER

        for _ in range(MOST_SESSIONS):  # who ends a session and stays a moment is greeted once more
            if not await stage.until(done, HOME_S):
                self._found.broke.append(f"stuck at {stage.core.state.stage}")
            await stage.settle()
            if stage.core.state.stage in OVER:
                break
        self._look(stage)
        self._gone |= self._own
        self._own = set()
        stage.body.card = stage.body.card or stage.owner.card
        if self._view is not None and self._view.screen not in ("attract", "out_of_service"):
            self._found.broke.append(f"after the customer the screen is {self._view.screen}")

    async def _deed(self, stage: Stage, hands: Hands) -> None:
        kind = self._lot.random()
        if kind < 0.72:
            self._touch(stage)
        elif kind < 0.9:
            stage.core.happen(self._words())
        elif kind < 0.98:
            hands.now(self._lot.choice(HANDS))
        else:
            await asyncio.sleep(self._lot.choice((5, 30, 70)))

    def _touch(self, stage: Stage) -> None:
        """Touch any point of the glass; half the time one of a button, for the glass is mostly empty."""
        if self._scene is None:
            return
        x, y = self._lot.uniform(0, self._window[0]), self._lot.uniform(0, self._window[1])
        if self._scene.targets and self._lot.random() < 0.5:
            box = self._lot.choice(self._scene.targets).box
            x, y = box.x + self._lot.random() * box.w, box.y + self._lot.random() * box.h
        target = self._scene.target_at(x, y)
        if target is None:
            return
        self._found.pressed += 1
        if target.name in (OPEN, CLOSE):
            self._keypad = self._keypad.unfold(target.name == OPEN)
            self._arrange()
            return
        if not target.name.startswith("key:"):
            stage.core.happen(Pressed(target.name))
            return
        entry = self._keypad.entry
        self._keypad, text = self._keypad.press(target.name.removeprefix("key:"))
        self._arrange()
        if text is not None and entry is not None:
            self._enter(stage, entry.field, text, secret=entry.secret)

    def _enter(self, stage: Stage, name: str, text: str, *, secret: bool) -> None:
        if secret and stage.core.daemon is not None:
            stage.core.daemon.keep(name, text)
            stage.core.happen(Entered(name, "", name))
        else:
            stage.core.happen(Entered(name, text))

    def _words(self) -> object:
        kind = self._lot.random()
        if kind < 0.1:
            return voice.SpeechUnclear(self._lot.choice(("low_confidence", "empty", "too_long")))
        if kind < 0.2:
            return voice.SpeechPartial(self._lot.choice(STRANGE))
        return self._said()

    def _said(self) -> voice.CustomerSaid:
        """Return words that nobody else says: a name and an amount of this customer's own."""
        lot = self._lot
        name = next(name for name in iter(self._name, "") if name not in self._gone)
        yuan = str(
            lot.randint(100_000, 999_999) if lot.random() < 0.2 else lot.randint(10, 500) * 100 + lot.randint(1, 99)
        )
        text = f"给{name}转{yuan}元"
        if lot.random() < 0.15:
            text = lot.choice(STRANGE)
        self._own.add(name)
        entities = [voice.Entity("recipient", name, name), voice.Entity("amount", yuan, yuan)]
        guesses = tuple(voice.IntentGuess(intent, lot.random()) for intent in lot.sample(sorted(INTENTS), 3))
        understanding = voice.Understanding(
            guesses, tuple(lot.sample(entities, lot.randint(0, 2))), lot.choice(("negative", "neutral", "positive")),
            scam=voice.ScamSignal(0.9, lot.choice(("none", "none", "weak", "strong")), "safe_account"),
            move=lot.choice(("", "", "", "wait", "skip", "repeat", "back", "continue", "unsure")),
        )  # fmt: skip
        return voice.CustomerSaid(text, lot.choice((0.4, 0.95)), understanding, lot.choice(("zh", "zh", "en")))

    def _name(self) -> str:
        return self._lot.choice(SURNAMES) + self._lot.choice(NAMES) + self._lot.choice(NAMES)

    def _understood(self, _text: str) -> voice.CustomerSaid:
        return self._said()

    def _look(self, stage: Stage) -> None:
        """Lay out every screen that was sent since the last look, as the window would, and search it."""
        sights = stage.watch.sights
        for sight in sights[self._seen :]:
            if isinstance(sight, Shown):
                self._take(sight.view)
        self._seen = len(sights)

    def _take(self, view: View) -> None:
        self._view = view
        self._keypad = self._keypad.for_view(view)
        self._found.screens.add(view.screen)
        self._arrange()
        words = "".join(read(view)) + (view.hearing.text if view.hearing is not None else "")
        if leaked := [name for name in self._gone - self._own if name in words]:
            self._found.broke.append(f"{view.screen} shows {leaked[0]} of an earlier customer")

    def _arrange(self) -> None:
        assert self._view is not None
        moment = Moment(UnixMs(1_795_658_400_000), "10:24", "")
        self._scene = layout.arrange(
            self._view, self._window, self._measure, moment, self._keypad.typed, pad_open=self._keypad.open
        )
        cut = [i.text for i in self._scene.items if isinstance(i, Text) and i.text.endswith(ELLIPSIS)]
        heard = self._view.hearing.text if self._view.hearing is not None else ""
        cut = [text for text in cut if not text.endswith(2 * ELLIPSIS) and text[:-1] not in heard]
        if self._scene.left_out or cut:  # of what is heard the strip shows as much as it holds
            mode = f"{self._view.language} {'large' if self._view.large else 'normal'}"
            self._found.left_out.add(f"{self._view.screen} {mode}: {self._view.lead} {cut}")
        away = [
            t.name
            for t in self._scene.targets
            if t.box.bottom > self._scene.size[1] or t.box.right > self._scene.size[0]
        ]
        if away:
            self._found.broke.append(f"off the screen on {self._view.screen} ({self._view.lead}): {away}")
        spoken = {node.target for node in nodes(self._view, pad_open=self._keypad.open) if node.target}
        if spoken != {target.name for target in self._scene.targets}:
            self._found.broke.append(f"mute on {self._view.screen}: {spoken ^ {t.name for t in self._scene.targets}}")
        if not self._scene.targets and self._view.screen not in ("out_of_service", "processing"):
            self._found.broke.append(f"nothing to press on {self._view.screen}")


def run(seed: int, deeds: int, measure: Measure) -> Found:
    """Let a monkey loose; what breaks, or is caught by a guard of core, stands in `broke`."""
    found = Found()
    live: Callable[[Path], Any] = lambda folder: Monkey(seed, measure, found).live(folder, deeds)  # noqa: E731
    with Ground() as ground:
        found.broke += ground.run(live)
    return found
