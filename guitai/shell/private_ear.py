"""Handset and headphones in the shell: what opens a session, where the voice is heard, and who uses the keypad holding one."""

from __future__ import annotations

from guitai.dialogue.by_ear import HANDSET
from guitai.dialogue.data import LABELS
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
    """Keeps whether a handset is off its hook; `fitted` says whether there is an output for it at all."""

    def __init__(self, spoken: Voice, *, fitted: bool) -> None:
        self._voice, self._fitted = spoken, fitted
        self._lifted = self._loose = False
        self._told = ""
        """The session that was told how to hear alone."""

        self._session = ""

    def takes(self, event: object) -> bool:
        """Take note of an event; return False if it is of a handset whose words would go nowhere."""
        if not isinstance(event, PrivateEar):
            return True
        self._lifted = event.at_ear
        if not event.at_ear:
            self._voice.alone(False)  # whether or not somebody is served
        return self._fitted

    def follow(self, state: Session) -> None:
        """Have the voice go where the session says, before it says anything; its last words are heard where it was."""
        serves = state.stage not in ("idle", "closed")
        self._session = state.session_id
        self._loose = serves and not state.ear and HANDSET not in state.broken
        if state.stage != "closed":
            self._voice.alone(state.ear and serves)

    def leave(self) -> None:
        """The session is over: what it said last is still heard at the ear, everything after it aloud."""
        self._voice.leave()

    def louder(self, steps: int) -> None:
        """Make the voice louder by steps, or softer; the next customer hears it as it is set (EN 301 549, 5.1.3.13)."""
        wanted = self._voice.volume_percent + STEP_PERCENT * steps
        self._voice.volume_percent = min(max(wanted, SOFTEST_PERCENT), LOUDEST_PERCENT)

    def read(self, text: str, language: Language, alone: bool = False) -> None:
        """Say what a customer by ear wants to hear: at the ear if the session is heard there, else aloud.

        A handset that was lifted before this session may hang loose, so keys alone move no word to it. Who has it in the
        hand is told once how to hear alone.
        """
        if self._lifted and self._fitted and self._loose and self._told != self._session:
            self._told = self._session
            chinese, english = LABELS["handset_loose"]
            text = f"{chinese}{text}" if language == "zh" else f"{english} {text}"
        self._voice.read(text, language, private=alone)
