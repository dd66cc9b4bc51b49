"""The mouth has the shape of what is being said, and never flickers."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

import kiosk_ui
from kiosk_ui.mouth import LEAST_S, REST, SHAPES, UNKNOWN, Track, marks_of, shape

PNG = Path(kiosk_ui.__file__).parent / "assets" / "png"


def test_lips_meet_for_m_and_open_for_a():
    assert [shape(p) for p in ("m", "a", "f", "u", "o", "i", "l", "", " ")] == [
        "mm", "aa", "ff", "oo", "o", "ee", "ll", REST, REST,
    ]  # fmt: skip
    assert shape("ʈʂ") == "ee"
    assert shape("☃") == UNKNOWN


def test_every_shape_has_a_drawing():
    for name in SHAPES:
        assert (PNG / f"mouth_{name}.png").is_file(), name


def test_clauses_are_joined_and_the_mouth_shuts_at_the_end():
    track = Track().with_marks([("n", 0.0, 0.1), ("i", 0.1, 0.3), ("x", 0.3, 0.4), ("au", 0.4, 0.7), ("", 0.7, 1.0)])
    track = track.with_marks([("m", 1.0, 1.2), ("a", 1.2, 1.5)])
    assert [track.at(t) for t in (0.05, 0.2, 0.5, 0.8, 1.1, 1.3, 1.6)] == ["ll", "ee", "aa", REST, "mm", "aa", REST]
    assert track.at(-1.0) == REST


lengths = st.lists(st.tuples(st.sampled_from(["m", "a", "", "u", "ʂ", "f"]), st.floats(0.01, 0.4)), max_size=40)


@given(lengths)
def test_no_shape_is_shorter_than_two_frames(said):
    marks, at = [], 0.0
    for phoneme, length in said:
        marks.append((phoneme, at, at + length))
        at += length
    track = Track().with_marks(marks)
    assert all(b - a >= LEAST_S for a, b in pairwise(track.starts_s))
    assert all(a != b for a, b in pairwise(track.shapes))


@given(
    st.lists(st.one_of(st.none(), st.text(), st.lists(st.one_of(st.text(), st.floats(), st.integers()), max_size=4)))
)
def test_what_is_no_mark_is_left_out(data):
    for phoneme, start, end in marks_of(data):
        assert isinstance(phoneme, str)
        assert isinstance(start, float)
        assert isinstance(end, float)
