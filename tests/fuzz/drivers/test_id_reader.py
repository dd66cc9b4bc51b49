"""Whatever comes over the ID-card reader's wire: no byte string breaks the parsers, and no good frame is lost."""

from __future__ import annotations

import contextlib

from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.drivers.id_frames import LONGEST, PREAMBLE, Damaged, Frames, frame, split_read
from firmware_bridge.drivers.id_text import parse
from guitai.errors import GuitaiError
from tests.fixtures.wires.id_reader import resident

BODIES = st.binary(min_size=1, max_size=300)
QUIET_NOISE = st.binary(max_size=40).filter(lambda noise: PREAMBLE[:1] not in noise)
PIECES = st.lists(st.integers(1, 17), min_size=1, max_size=50)


def fed(frames: Frames, stream: bytes, cuts: list[int]) -> list[bytes | Damaged]:
    out: list[bytes | Damaged] = []
    at = 0
    for cut in cuts:
        out += frames.feed(stream[at : at + cut])
        at += cut
    return out + frames.feed(stream[at:])


@given(st.lists(st.tuples(QUIET_NOISE, BODIES), max_size=5), PIECES)
def test_every_good_frame_is_found_however_the_stream_is_cut(parts: list[tuple[bytes, bytes]], cuts: list[int]):
    stream = b"".join(noise + frame(body) for noise, body in parts)
    assert fed(Frames(), stream, cuts) == [body for _, body in parts]


@given(st.binary(max_size=400), PIECES)
def test_how_the_stream_is_cut_changes_nothing(stream: bytes, cuts: list[int]):
    assert fed(Frames(), stream, cuts) == Frames().feed(stream)


@given(BODIES, st.data())
def test_one_wrong_byte_is_never_taken_for_a_frame(body: bytes, data: st.DataObject):
    whole = bytearray(frame(body))
    at = data.draw(st.integers(len(PREAMBLE) + 2, len(whole) - 1))
    whole[at] ^= data.draw(st.integers(1, 255))
    assert body not in Frames().feed(bytes(whole))


@given(st.binary(max_size=2 * LONGEST), BODIES)
def test_after_any_noise_a_good_frame_is_found_in_the_end(noise: bytes, body: bytes):
    frames = Frames()
    frames.feed(noise)
    frames.reset()
    assert frames.feed(frame(body))[-1:] == [body]


@given(st.binary(max_size=600))
def test_lengths_of_a_read_never_break(data: bytes):
    parts = split_read(data)
    assert parts is None or b"".join(parts) == data[4:]


@given(st.binary(min_size=256, max_size=256), st.binary(max_size=71))
def test_no_text_breaks_the_parser(text: bytes, appended: bytes):
    with contextlib.suppress(GuitaiError):
        parse(text, b"", appended)


@given(st.integers(0, 255), st.integers(0, 255))
def test_no_changed_byte_of_a_real_text_breaks_the_parser(at: int, value: int):
    text = bytearray(resident())
    text[at] = value
    with contextlib.suppress(GuitaiError):
        parse(bytes(text), b"")
