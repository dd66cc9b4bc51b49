"""The frame decoder against any bytes in any pieces."""

from __future__ import annotations

import contextlib

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.wire.framing import MAX_PAYLOAD_BYTES, Frame, FrameDecoder, encode

FRAMES = st.builds(
    Frame,
    type=st.text(min_size=1, max_size=20),
    data=st.dictionaries(
        st.text(max_size=8), st.one_of(st.integers(-(2**53), 2**53), st.text(), st.booleans()), max_size=4
    ),
    payload=st.binary(max_size=300),
)


@given(st.lists(FRAMES, max_size=5), st.integers(1, 64))
def test_frames_survive_any_cutting(frames: list[Frame], size: int) -> None:
    stream = b"".join(encode(frame) for frame in frames)
    decoder = FrameDecoder()
    out = []
    for at in range(0, len(stream), size):
        out += decoder.feed(stream[at : at + size])
    decoder.end()
    assert out == frames


@given(st.binary(max_size=400))
def test_any_bytes_give_frames_or_a_known_error(noise: bytes) -> None:
    decoder = FrameDecoder()
    with contextlib.suppress(GuitaiError):
        for frame in decoder.feed(noise):
            assert isinstance(frame.type, str)


@given(st.binary(max_size=60).filter(lambda b: b"\n" not in b), FRAMES)
def test_a_bad_line_costs_only_itself(noise: bytes, frame: Frame) -> None:
    decoder = FrameDecoder()
    with pytest.raises(GuitaiError, match=r"wire\.bad_header"):
        decoder.feed(encode(frame) + b"]" + noise + b"\n" + encode(frame))
    assert decoder.feed(b"") == [frame, frame]


def test_inline_data_and_data_bytes_are_joined() -> None:
    extra = orjson.dumps({"b": 2})
    header = orjson.dumps({"type": "t", "data": {"a": 1}, "data_length": len(extra)})
    assert FrameDecoder().feed(header + b"\n" + extra) == [Frame("t", {"a": 1, "b": 2})]


@pytest.mark.parametrize("key", ["payload_length", "data_length"])
def test_oversize_is_refused_before_it_is_read(key: str) -> None:
    header = orjson.dumps({"type": "t", key: MAX_PAYLOAD_BYTES + 1}) + b"\n"
    with pytest.raises(GuitaiError, match=r"wire\.too_large"):
        FrameDecoder().feed(header)


def test_an_endless_header_is_refused() -> None:
    with pytest.raises(GuitaiError, match=r"wire\.too_large"):
        FrameDecoder().feed(b"x" * 70_000)


def test_half_a_frame_is_told() -> None:
    decoder = FrameDecoder()
    decoder.feed(encode(Frame("t", {}, b"123"))[:-1])
    with pytest.raises(GuitaiError, match=r"wire\.truncated"):
        decoder.end()
