"""Endpointing: coughs, clicks, pauses by mode and by words, and that nobody waits more than three seconds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from edge_models.speech.endpoint import MAX_PAUSE_S, PAUSES, Signal, State, needed_s, step
from edge_models.speech.vad import FRAME_S
from guitai.messages.voice import ListenMode

MODES = st.sampled_from(sorted(PAUSES))


def play(
    probabilities: list[float], mode: ListenMode = "free", pause_s: float | None = None
) -> list[tuple[int, Signal]]:
    state, out = State(), []
    for number, probability in enumerate(probabilities):
        state, signals = step(state, probability, mode, pause_s)
        out += [(number, signal) for signal in signals]
    return out


def frames(seconds: float, probability: float) -> list[float]:
    return [probability] * round(seconds / FRAME_S)


def test_a_sentence_begins_pauses_and_ends():
    signals = play(frames(1.0, 0.9) + frames(2.0, 0.01), pause_s=0.5)
    assert [signal for _, signal in signals] == [Signal.STARTED, Signal.PAUSED, Signal.ENDED]
    started, paused, ended = (number * FRAME_S for number, _ in signals)
    assert started < 0.2
    assert paused - 1.0 < 0.2
    assert ended - 1.0 == pytest.approx(0.5, abs=0.05)


def test_a_cough_is_no_utterance():
    assert play(frames(0.16, 0.9) + frames(2.0, 0.01)) == []


def test_a_short_yes_is_heard_where_it_is_expected():
    yes = frames(0.17, 0.9) + frames(0.6, 0.01)
    assert play(yes, "free") == []
    assert [signal for _, signal in play(yes, "yes_no", 0.4)][-1] is Signal.ENDED


def test_a_click_in_the_pause_does_not_prolong_it():
    quiet = frames(0.3, 0.01)
    plain = play(frames(1.0, 0.9) + quiet + [0.01] + frames(1.0, 0.01), pause_s=0.6)
    click = play(frames(1.0, 0.9) + quiet + [0.95] + frames(1.0, 0.01), pause_s=0.6)
    assert plain == click


def test_going_on_takes_the_pause_back():
    signals = play(frames(1.0, 0.9) + frames(0.8, 0.01) + frames(1.0, 0.9) + frames(1.0, 0.01), pause_s=0.9)
    assert [s for _, s in signals] == [Signal.STARTED, Signal.PAUSED, Signal.RESUMED, Signal.PAUSED, Signal.ENDED]


def test_endless_talk_is_stopped():
    assert [signal for _, signal in play(frames(25.1, 0.9))] == [Signal.STARTED, Signal.TOO_LONG]


@given(MODES, st.none() | st.floats(0, 1))
def test_the_pause_asked_for_is_within_bounds(mode: ListenMode, whole: float | None):
    assert PAUSES[mode].whole_s <= needed_s(mode, whole) <= min(PAUSES[mode].open_s, MAX_PAUSE_S)


@given(st.lists(st.floats(0, 1), max_size=200), MODES)
def test_silence_always_ends_what_began_within_three_seconds(probabilities: list[float], mode: ListenMode):
    signals = play(probabilities + frames(MAX_PAUSE_S, 0.0), mode)
    begun = sum(signal is Signal.STARTED for _, signal in signals)
    over = sum(signal in (Signal.ENDED, Signal.TOO_LONG) for _, signal in signals)
    assert begun == over


@given(st.lists(st.floats(0, 1), max_size=300), MODES, st.none() | st.floats(0.3, 3.0))
def test_signals_come_in_a_sensible_order(probabilities: list[float], mode: ListenMode, pause_s: float | None):
    follows = {
        None: {Signal.STARTED},
        Signal.STARTED: {Signal.PAUSED, Signal.TOO_LONG},
        Signal.PAUSED: {Signal.RESUMED, Signal.ENDED, Signal.TOO_LONG},
        Signal.RESUMED: {Signal.PAUSED, Signal.TOO_LONG},
        Signal.ENDED: {Signal.STARTED},
        Signal.TOO_LONG: {Signal.STARTED},
    }
    before = None
    for _, signal in play(probabilities, mode, pause_s):
        assert signal in follows[before]
        before = signal
