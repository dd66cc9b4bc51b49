"""The screen while the branch serves nobody: out of service with the way to a human, or the technician's."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Callable
from typing import Literal

from guitai.dialogue.out_of_service import Kiosk, Manner, aloud, out_of_service
from guitai.dialogue.technician import DEVICES, Machine, Test, Wrong, technician
from guitai.health.finding import Finding
from guitai.messages.view import View
from guitai.shell.facts import Facts
from guitai.shell.premises import Premises

Language = Literal["zh", "en"]

CALLABLE = frozenset({"card_reader", "hours", "journal", "notes", "power"})
"""What stops the branch while a teller may still be called from it: nobody works at the machine, and nobody is at its locks."""

FORGET_MS = 60_000
"""How long the screen keeps what somebody chose to see it better."""


class Closed:
    """Keeps how that screen is seen, and the technician's touch test; `read` says it once more to who asks for that."""

    def __init__(self, facts: Facts, premises: Premises, read: Callable[[str, Language], None]) -> None:
        self._facts, self._premises, self._read = facts, premises, read
        self._manner, self._test, self._pressed_ms = Manner(), Test(), 0
        self._shown: View | None = None

    @property
    def teller(self) -> bool:
        """Whether a teller can be called."""
        return self._premises.stopped in CALLABLE and self._facts.headquarters

    def view(self, kiosk: Kiosk, wrong: tuple[Finding, ...], waiting: int) -> View | None:
        """Return the screen, or None while the branch may serve."""
        self._shown = self._view(kiosk, wrong, waiting)
        return self._shown

    def press(self, target: str, now_ms: int) -> bool:
        """Take a press while nobody is served; return whether it calls a human. What it changes shows with the next view."""
        if now_ms - self._pressed_ms > FORGET_MS:
            self._manner, self._test = Manner(), Test()
        self._pressed_ms = now_ms
        if target == "human":
            return self.teller
        if target == "repeat" and self._shown is not None:
            self._read(aloud(self._shown), self._shown.language)
        self._manner = self._manner.pressed(target)
        if self._premises.branch.tended:
            self._test = self._test.pressed(target)
        return False

    def leave(self) -> None:
        """Somebody went away, or the branch serves again: the screen is as it was."""
        self._manner, self._test = Manner(), Test()

    def _view(self, kiosk: Kiosk, wrong: tuple[Finding, ...], waiting: int) -> View | None:
        reason = self._premises.stopped
        if reason is None:
            return None
        if not self._premises.branch.tended:
            return out_of_service(reason, kiosk, self._manner, teller=self.teller)
        return technician(self._machine(reason, wrong, waiting), kiosk, self._manner, self._test)

    def _machine(self, reason: str, wrong: tuple[Finding, ...], waiting: int) -> Machine:
        language: Language = "en" if self._manner.english else "zh"
        told = self._facts.devices
        rows = tuple((name, told[name].usable, told[name].code) for name in DEVICES if name in told)
        return Machine(
            reason, tuple(Wrong(one.what[language], one.then[language]) for one in wrong), rows,
            self._premises.branch.units, waiting, self._facts.headquarters, self._facts.online,
            importlib.metadata.version("guitai"),
        )  # fmt: skip
