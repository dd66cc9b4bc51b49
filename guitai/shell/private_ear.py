"""Handset and headphones in the shell: what opens a session, where the voice is heard, and who uses the keypad holding one."""

from __future__ import annotations

from collections.abc import Callable

from guitai.dialogue.state import Session
from guitai.messages import card, face, touch, voice
from guitai.messages.device import PrivateEar
from guitai.shell.voice import Language, Voice

_OPENERS = (face.CustomerApproached, touch.Pressed, card.CardInserted, voice.CustomerSaid)

STEP_PERCENT, SOFTEST_PERCENT, LOUDEST_PERCENT = 25, 50, 200


def opens(event: object) -> bool:
    """Return whether an event begins a session when nobody is served; a handset that hung loose already does not."""
    return isinstance(event, _OPENERS) or (isinstance(event, PrivateEar) and event.at_ear and event.moved)


class PrivateHearing:
    """Keeps whether handset or headphones are at an ear; `fitted` says whether there is an output for them at all."""

    def __init__(self, spoken: Voice, happen: Callable[[object], None], *, fitted: bool) -> None:
        self._voice, self._happen, self._fitted = spoken, happen, fitted
        self._lifted = self._alone = False

    def takes(self, event: object) -> bool:
        """Take note of an event; return False if it is of a handset whose words would go nowhere."""
        if not isinstance(event, PrivateEar):
            return True
        self._lifted = event.at_ear
        return self._fitted

    def follow(self, state: Session) -> None:
        """Have the voice go where the session says, before it says anything."""
        self._alone = state.ear and state.stage not in ("idle", "closed")
        self._voice.alone(self._alone)

    def louder(self, steps: int) -> None:
        """Make the voice louder by steps, or softer; the next customer hears it as it is set (EN 301 549, 5.1.3.13)."""
        wanted = self._voice.volume_percent + STEP_PERCENT * steps
        self._voice.volume_percent = min(max(wanted, SOFTEST_PERCENT), LOUDEST_PERCENT)

    def read(self, text: str, language: Language, alone: bool = False) -> None:
        """Say what a customer by ear wants to hear; one who uses the keypad with a handset at the ear hears it there.

        A handset that hangs loose from the customer before turns no later one's words away: nobody uses the keypad then.
        """
        if self._lifted and self._fitted and not self._alone:
            self._happen(PrivateEar(True))
            return
        self._voice.read(text, language, private=alone)
