"""The picture gives way: to a narrow line, to loss, to a busy machine; it comes back slowly."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from sync.takeover.governor import FIRST, LADDER, PATIENCE, SOUND_BPS, Governor, Report

GOOD = Report(None, 400_000, 0.0, 1.0)


def after(*reports: Report, start: Governor | None = None) -> Governor:
    governor = start or Governor()
    for report in reports:
        governor = governor.told(report)
    return governor


def test_a_hiccup_costs_one_step_and_a_narrow_line_leaves_room_for_sound() -> None:
    narrow = Report(220_000, 450_000, 0.0, 1.0)
    assert after(narrow).place == FIRST + 1
    assert after(narrow, GOOD, narrow).place == FIRST + 2
    rung = after(narrow, narrow).rung
    assert rung.bps + SOUND_BPS <= 220_000
    assert rung.scale < 1
    assert after(*[Report(20_000, 450_000, 0.0, 1.0)] * 2).rung == LADDER[-1]


def test_an_estimate_that_follows_a_still_picture_says_nothing_of_the_line() -> None:
    assert after(*[Report(90_000, 60_000, 0.0, 1.0)] * 3).place == FIRST


def test_loss_and_a_busy_machine_take_one_step_each_second() -> None:
    lossy, busy = Report(None, 400_000, 0.2, 1.0), Report(None, 400_000, 0.0, 0.5)
    assert after(lossy).place == FIRST + 1
    assert after(lossy, lossy).place == FIRST + 2
    assert after(busy).place == FIRST + 1


def test_it_comes_back_after_patience_only_and_grows_more_patient() -> None:
    low = Governor(3)
    assert after(*[GOOD] * (PATIENCE - 1), start=low).place == 3
    assert after(*[GOOD] * PATIENCE, start=low).place == 2
    mixed = Report(None, 400_000, 0.05, 1.0)
    assert after(*[GOOD] * (PATIENCE - 1), mixed, *[GOOD] * (PATIENCE - 1), start=low).place == 3
    fallen = after(Report(None, 400_000, 0.2, 1.0), start=Governor(2))
    assert after(*[GOOD] * PATIENCE, start=fallen).place == 3
    assert after(*[GOOD] * 2 * PATIENCE, start=fallen).place == 2


def test_at_its_best_it_grows_impatient_again() -> None:
    assert after(*[GOOD] * 60, start=Governor(0, 0, 60)) == Governor(0, 0, PATIENCE)


def test_the_ladder_goes_down() -> None:
    for upper, lower in pairwise(LADDER):
        assert (lower.bps, lower.fps, lower.scale) <= (upper.bps, upper.fps, upper.scale)


REPORTS = st.builds(
    Report, st.none() | st.integers(0, 3_000_000), st.integers(0, 2_000_000), st.floats(0, 1), st.floats(0, 1)
)


@given(st.lists(REPORTS, max_size=60))
def test_the_picture_never_takes_the_sounds_share(reports: list[Report]) -> None:
    governor = Governor()
    for report in reports:
        before, governor = governor, governor.told(report)
        assert governor.place >= before.place - 1
        if report.narrow and before.narrow:
            assert governor.rung == LADDER[-1] or governor.rung.bps + SOUND_BPS <= report.estimate_bps
