"""What the oracle of the kill test excuses: a call may stay closed while nobody could be told, and no longer."""

from __future__ import annotations

import pytest

from tests.chaos.takeover.oracle import LATE_MS, whole


@pytest.mark.parametrize(
    ("away", "longest"),
    [
        ([], 60),
        ([(0, 60)], 0),
        ([(-9, 20), (50, 99)], 30),
        ([(10, 40), (20, 30)], 20),
        ([(20, 30), (10, 40)], 20),
        ([(70, 80)], 60),
        ([(-20, -10)], 60),
        ([(0, 25), (20, 50)], 10),
    ],
)
def test_the_longest_stretch_in_which_everybody_is_there(away: list[tuple[int, int]], longest: int) -> None:
    assert whole(0, 60, away) == longest


def test_a_call_that_stays_closed_although_everybody_is_there_is_lost() -> None:
    assert whole(0, 78_178, [(-16_000, 40_000), (42_000, 84_000)]) <= LATE_MS  # core away, then headquarters
    assert whole(0, 78_178, [(-16_000, 40_000)]) > LATE_MS
