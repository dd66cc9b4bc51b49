"""The picture gives way: to a narrow line, to loss, to a busy machine; it comes back slowly."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.takeover.governor import FIRST, LADDER, PATIENCE, SOUND_BPS, Governor, Report

GOOD = Report(None, 0.0, 1.0)


def after(*reports: Report, start: Governor | None = None) -> Governor:
    governor = start or Governor()
    for report in reports:
        governor = governor.told(report)
    return governor


def test_a_narrow_line_takes_the_picture_down_at_once_and_leaves_room_for_sound() -> None:
    rung = after(Report(220_000, 0.0, 1.0)).rung
    assert rung.bps + SOUND_BPS <= 220_000
    assert rung.scale < 1
    assert after(Report(20_000, 0.0, 1.0)).rung == LADDER[-1]


def test_loss_and_a_busy_machine_take_one_step_each_second() -> None:
    assert after(Report(None, 0.2, 1.0)).place == FIRST + 1
    assert after(*[Report(None, 0.2, 1.0)] * 2).place == FIRST + 2
    assert after(Report(None, 0.0, 0.5)).place == FIRST + 1


def test_it_comes_back_after_patience_only() -> None:
    low = Governor(3)
    assert after(*[GOOD] * (PATIENCE - 1), start=low).place == 3
    assert after(*[GOOD] * PATIENCE, start=low).place == 2
    assert after(*[GOOD] * (PATIENCE - 1), Report(None, 0.05, 1.0), *[GOOD] * (PATIENCE - 1), start=low).place == 3


def test_the_ladder_goes_down() -> None:
    for upper, lower in pairwise(LADDER):
        assert (lower.bps, lower.fps, lower.scale) <= (upper.bps, upper.fps, upper.scale)


REPORTS = st.builds(Report, st.none() | st.integers(0, 3_000_000), st.floats(0, 1), st.floats(0, 1))


@given(st.lists(REPORTS, max_size=60))
def test_the_picture_never_takes_the_sounds_share(reports: list[Report]) -> None:
    governor = Governor()
    for report in reports:
        before, governor = governor, governor.told(report)
        assert governor.place >= before.place - 1
        fits = report.estimate_bps is None or governor.rung.bps + SOUND_BPS <= report.estimate_bps
        assert fits or governor.rung == LADDER[-1]
