"""A handset that is missing or stands still is mended by itself; microphone and loudspeaker never wait for it."""

from __future__ import annotations

import time

import pytest

from firmware_bridge.sound.engine import PacedPlayback, Playback
from firmware_bridge.sound.handset import RETRY_FIRST_NS, RETRY_MOST_NS, STALLED_NS, Handset
from firmware_bridge.sound.mixer import Mixer
from firmware_bridge.sound.rig import Rig
from guitai import config
from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState


class Card:
    """A sound card by hand."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now_ns = time.monotonic_ns()
        monkeypatch.setattr(time, "monotonic_ns", lambda: self.now_ns)
        self.playback = Playback(Mixer(), None, lambda _note, _at: None, None, "handset")
        self.there, self.opened, self.open = True, 0, False
        self.fitted: list[bool] = []
        self.handset = Handset("ear", self.playback, self.fitted.append, self._open)
        self.handset.open()

    def _open(self, _name: str, _playback: Playback) -> Card:
        self.opened += 1
        if not self.there:
            raise GuitaiError("sound.no_device", setting="sound.handset", device="ear", reason="-", present="none")
        return self

    def start(self) -> None:
        self.open = True

    def stop(self) -> None:
        self.open = False

    def later(self, ns: int, *, plays: bool = False) -> DeviceState | None:
        """Let time pass, the card ask for a block or not, and the handset be looked at; return how it does."""
        self.now_ns += ns
        if plays:
            self.playback.block(self.now_ns)
        self.handset.look()
        return self.handset.state


USABLE, STILL = DeviceState("handset", True), DeviceState("handset", False, "sound.stalled")


def test_one_that_asks_for_nothing_is_closed_and_is_no_handset_before_it_plays(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    card = Card(monkeypatch)
    assert card.later(1) is None
    assert card.later(1, plays=True) == USABLE
    assert card.later(STALLED_NS + 1) == STILL
    assert (card.fitted, card.open) == ([True, False], False)
    for _ in range(50):  # opened again and again, it is not said to be well in between
        assert card.later(STALLED_NS + 1) == STILL
    assert card.fitted == [True, False]
    assert card.opened < 20
    card.later(RETRY_MOST_NS)
    assert card.later(1, plays=True) == USABLE
    card.handset.close()
    assert card.fitted == [True, False, True, False]


def test_one_that_comes_back_is_opened_again(monkeypatch: pytest.MonkeyPatch) -> None:
    card = Card(monkeypatch)
    card.later(1, plays=True)
    card.there = False
    card.later(STALLED_NS + 1)
    for _ in range(2):
        assert card.later(RETRY_MOST_NS) == DeviceState("handset", False, "sound.no_device")
    assert card.handset.missing
    card.there = True
    card.later(RETRY_MOST_NS)
    assert card.later(1, plays=True) == USABLE
    assert not card.handset.missing
    card.later(STALLED_NS + 1)
    assert card.opened == 4
    card.later(RETRY_FIRST_NS)  # what played is tried again soon
    assert card.opened == 5


def test_the_rig_is_complete_and_does_not_stall_without_its_handset() -> None:
    mixer, fitted = Mixer(), []
    ends = [PacedPlayback(Playback(mixer, None, lambda *_: None), None) for _ in range(2)]
    settings = config.Sound(handset="device:no such thing")
    with Rig(settings, ends[0], None, None, ends[1], fitted.append) as rig:
        ends[1].playback.alive_ns = 0
        assert rig.complete
        assert rig.handset_missing
        assert not rig.stalled()
        assert rig.states() == [DeviceState("handset", False, "sound.no_device")]
    assert fitted == []
