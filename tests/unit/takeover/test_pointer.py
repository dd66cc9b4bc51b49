"""The one thing a browser may send over a data channel: a place of the pointer, however much it sends."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from aiortc import RTCPeerConnection

from sync.takeover import channels as room
from sync.takeover.channels import POINTER_S, Channels, Pointer

PLACE = '{"x": 0.25, "y": 0.75}'


@pytest.mark.parametrize(
    ("flood", "heard"),
    [
        ([PLACE] * 500, 1),
        (["null"] * 500, 0),
        ([PLACE, "null"] * 500, 2),
        (['{"x": 2, "y": 0}', '{"x": 0.5}', "[]", "x", b"\xff", '{"x": 0.5, "y": 0.5, "z": 1}', "[" * 5_000, PLACE + " " * 5_000], 0),
    ],
)  # fmt: skip
async def test_a_flood_comes_to_no_more_than_a_place_and_its_end(
    monkeypatch: pytest.MonkeyPatch, flood: list[str | bytes], heard: int
) -> None:
    monkeypatch.setattr(room, "time", SimpleNamespace(monotonic=lambda: 100.0))
    told: list[Pointer | None] = []
    channels = Channels(RTCPeerConnection(), lambda: None, told.append)
    for message in flood:
        channels._heard(message)
    assert len(told) == heard


async def test_a_pointer_that_moves_is_told_in_time_and_its_end_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = 100.0
    monkeypatch.setattr(room, "time", SimpleNamespace(monotonic=lambda: now_s))
    told: list[Pointer | None] = []
    channels = Channels(RTCPeerConnection(), lambda: None, told.append)
    for _ in range(3):
        channels._heard(PLACE)
        channels._heard("null")
        now_s += 2 * POINTER_S
    assert told == [Pointer(x=0.25, y=0.75), None] * 3
