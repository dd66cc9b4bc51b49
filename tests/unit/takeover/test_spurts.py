"""The teller's voice is cut into spurts: a word's onset is kept, silence leaves the loudspeaker to the prompts."""

from __future__ import annotations

import av
import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from sync.takeover.speaker import HANG_S, LOOK_BACK, MOST_AHEAD_S, RATE_HZ, Said, Spurts, mono

BLOCK = 960
SILENT = np.zeros(BLOCK, np.int16)
LOUD = np.full(BLOCK, 4000, np.int16)


def fed(pattern: str, pace_s: float = 0.02) -> list[Said]:
    """Feed blocks (x loud, . silent), one every `pace_s`."""
    spurts = Spurts()
    return [spurts.feed(LOUD if one == "x" else SILENT, n * pace_s) for n, one in enumerate(pattern)]


def test_silence_says_nothing() -> None:
    assert set(fed("." * 50)) == {Said()}


def test_a_word_begins_with_what_came_before_it() -> None:
    said = fed("....x")[-1]
    assert said.begins
    assert len(said.body) == LOOK_BACK * BLOCK * 2


def test_a_pause_between_words_ends_nothing_and_a_longer_one_does() -> None:
    short, long = int(HANG_S / 0.02) - 1, int(HANG_S / 0.02) + 2
    assert not any(one.ends for one in fed("x" + "." * short + "x"))
    assert [one.ends for one in fed("x" + "." * long)].count(True) == 1


def test_a_burst_after_a_break_does_not_make_everything_late() -> None:
    said = fed("x" * 100, pace_s=0.0)
    assert sum(len(one.body) for one in said) / 2 / RATE_HZ <= MOST_AHEAD_S + (LOOK_BACK + 1) * BLOCK / RATE_HZ


@given(st.text("x.", max_size=300))
def test_every_spurt_begins_once_and_ends_at_most_once(pattern: str) -> None:
    open_ = False
    for said in fed(pattern):
        assert not (said.begins and open_)
        assert not ((said.body or said.ends) and not (open_ or said.begins))
        open_ = (open_ or said.begins) and not said.ends


def test_two_channels_become_one() -> None:
    both = np.array([[100, 200, -50, 50]], np.int16)
    frame = av.AudioFrame.from_ndarray(both, format="s16", layout="stereo")
    assert mono(frame).tolist() == [150, 0]
