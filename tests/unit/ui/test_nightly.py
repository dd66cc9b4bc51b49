"""The window begins anew at night, and never while somebody is there."""

from __future__ import annotations

import pytest

from kiosk_ui.nightly import LEAST_UPTIME_S, QUIET_S, WINDOW_MIN, Night

DAY_S = 86_400.0


def due(clock="03:30", *, at="03:30", up_s=DAY_S, quiet_s=3600.0, screen="attract"):
    return Night(at).due(clock, up_s=up_s, quiet_s=quiet_s, screen=screen)


@pytest.mark.parametrize("clock", ["03:30", "03:31", "05:29"])
def test_it_does_so_in_the_hours_after(clock):
    assert due(clock)


@pytest.mark.parametrize("clock", ["03:29", "05:30", "12:00", "23:59"])
def test_and_at_no_other_time(clock):
    assert not due(clock)


def test_over_midnight_too():
    assert due("00:30", at="23:30")
    assert not due("02:00", at="23:30")
    assert WINDOW_MIN == 120


@pytest.mark.parametrize(
    "screen", ["conversation", "confirm", "take_cash", "out_of_service", "technician", "processing"]
)
def test_never_at_another_screen(screen):
    assert not due(screen=screen)


def test_not_before_it_was_quiet_for_a_while_nor_twice_a_night():
    assert not due(quiet_s=QUIET_S - 1)
    assert not due(up_s=LEAST_UPTIME_S - 1)
    assert not due(at="")
