"""What scripts may call a thing otherwise: a machine's condition, notes, what they leave open."""

from __future__ import annotations

from typing import Any

import pytest

from firmware_bridge.simulator.faults import CONDITIONS
from guitai.scenarios.deeds import notes_of
from guitai.scenarios.foresight import rejected_of
from guitai.scenarios.stage import condition_of


@pytest.mark.parametrize(
    ("device", "told", "condition"),
    [
        ("printer", "ok", ""),
        ("printer", "normal", ""),
        ("printer", "out_of_paper", "paper_out"),
        ("printer", "no paper", "paper_out"),
        ("printer", "Paper-Low", "paper_low"),
        ("printer", "paper_jam", "jam"),
        ("printer", "fault", "offline"),
        ("card_reader", "jammed", "jam"),
        ("card_reader", "broken", "offline"),
        ("card_reader", "retain_full", "retain_full"),
        ("card_reader", "something else", "offline"),
    ],
)
def test_a_device_is_in_the_condition_that_is_meant(device: str, told: str, condition: str) -> None:
    assert condition_of(device, told) == condition
    assert not condition or condition in CONDITIONS[device]


@pytest.mark.parametrize(
    "told",
    [{"notes": {"100": 8}}, {"100": 8}, {"notes": 8}, {"count": 8}, {"amount_fen": 80_000}, {"inserted_fen": 80_000}, {"notes": [100] * 8}, 80_000],
)  # fmt: skip
def test_notes_are_told_in_many_ways(told: Any) -> None:
    assert notes_of(told) == {100_00: 8}


@pytest.mark.parametrize("told", [{"notes": 2}, {"count": 2}, {"rejected_fen": 20_000}, 2])
def test_refused_notes_are_told_in_many_ways(told: Any) -> None:
    assert rejected_of(told) == {100_00: 2}
