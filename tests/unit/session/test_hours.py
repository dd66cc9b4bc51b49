"""Hours in which the machine serves: the branch stops between customers outside of them, and what is wrong comes first."""

from __future__ import annotations

import datetime
from types import SimpleNamespace
from typing import Any

import pytest

from guitai import branch as rules
from guitai.branch import Branch
from guitai.config import Config, with_settings
from guitai.dialogue.out_of_service import Manner, out_of_service
from guitai.errors import GuitaiError
from guitai.messages.branch import HoursChanged, SensorChanged
from guitai.messages.codec import event_from
from guitai.shell.hours import look


def at(hour: int, minute: int) -> Any:
    """A clock that stands there, local time."""
    return SimpleNamespace(unix_ms=lambda: int(datetime.datetime(2026, 11, 27, hour, minute).timestamp() * 1000))  # noqa: DTZ001 - local time is meant


def told(hours: str, branch: Branch, hour: int, minute: int) -> HoursChanged | None:
    return look(hours, SimpleNamespace(branch=branch), at(hour, minute))  # type: ignore[arg-type]  # all of premises it asks


@pytest.mark.parametrize(
    ("hours", "hour", "minute", "shut"),
    [
        ("06:30-22:00", 6, 29, True), ("06:30-22:00", 6, 30, False), ("06:30-22:00", 21, 59, False),
        ("06:30-22:00", 22, 0, True), ("20:00-02:00", 1, 0, False), ("20:00-02:00", 12, 0, True),
        ("", 3, 0, False), ("00:00-00:00", 3, 0, False),
    ],
)  # fmt: skip
def test_the_branch_is_told_once_when_they_begin_and_end(hours: str, hour: int, minute: int, shut: bool) -> None:
    for before in (Branch(), Branch(shut=True)):
        news = told(hours, before, hour, minute)
        assert news == (None if before.shut == shut else HoursChanged(shut))
        after, effects = rules.step(before, news, serving=False)
        assert (after.stopped == "hours") is shut
        assert told(hours, after, hour, minute) is None
        assert not effects


def test_an_open_door_or_a_stuck_reader_is_said_before_the_hour() -> None:
    branch = Branch(alarms=("safe",), shut=True)
    assert branch.stopped == "door"
    assert not branch.tended
    assert Branch(faults=(("card_reader", "device.card_jam"),), shut=True).stopped == "hours"
    assert Branch(held=True, shut=True).stopped == "technician"


def test_hours_that_an_older_journal_has_stop_nobody() -> None:
    recorded = event_from({"type": "branch.sensor", "sensor": "hours", "alarm": True})
    assert recorded == SensorChanged("hours", True)
    assert rules.step(Branch(), recorded, serving=False) == (Branch(), ())


@pytest.mark.parametrize("english", [False, True])
def test_the_screen_says_when_it_serves(english: bool) -> None:
    kiosk = Config.model_validate({"kiosk": {"hours": "06:30-22:00", "hotline": "95501"}}).kiosk
    drawn = out_of_service("hours", kiosk, Manner(english=english), teller=True)
    assert "06:30-22:00" in drawn.more
    assert "95501" in drawn.more


@pytest.mark.parametrize("hours", ["25:00-26:00", "06:30", "always", " ", 6, True])
def test_what_is_no_time_is_refused(hours: object) -> None:
    with pytest.raises(GuitaiError) as caught:
        with_settings(Config(), {"kiosk.hours": hours})
    assert caught.value.code == "config.bad_value"
    assert with_settings(Config(), {"kiosk.hours": "20:00-02:00"}).kiosk.hours == "20:00-02:00"
