"""What is known between sessions: only news is told, and what was doubted is told again."""

from __future__ import annotations

import pytest

from guitai.messages.bank import BankUnreachable
from guitai.messages.card import PinAbandoned
from guitai.messages.device import DeviceState, LinkState
from guitai.messages.face import CameraState, CustomerApproached, CustomerLeft
from guitai.shell.facts import Facts


def test_the_line_is_told_once() -> None:
    facts = Facts()
    assert [facts.news(LinkState(state)) for state in (True, True, False, False, True)] == [
        True, False, True, False, True,
    ]  # fmt: skip


@pytest.mark.parametrize("doubt", [BankUnreachable("r1"), PinAbandoned("r1", "bank")])
def test_a_line_that_is_up_is_told_again_once_a_session_has_doubted_it(doubt: object) -> None:
    facts = Facts()
    facts.news(LinkState(True))
    assert facts.news(doubt)
    assert facts.news(LinkState(True))
    assert not facts.news(LinkState(True))


def test_a_pin_the_customer_gave_up_says_nothing_of_the_line() -> None:
    facts = Facts()
    facts.news(LinkState(True))
    assert facts.news(PinAbandoned("r1", "cancelled"))
    assert not facts.news(LinkState(True))


def test_a_camera_that_gives_pictures_and_what_they_show_are_two_facts() -> None:
    facts = Facts()
    told = [CameraState("covered"), DeviceState("camera", True), CameraState("covered"), DeviceState("camera", True)]
    assert [facts.news(event) for event in told] == [True, True, False, False]


def test_a_fact_that_could_not_be_written_is_owed_to_the_open_session_once() -> None:
    facts = Facts()
    told = [
        CustomerLeft(),
        DeviceState("printer", False, "x"),
        BankUnreachable("r1"),
        CustomerApproached(),
        LinkState(False),
    ]
    for event in told:
        facts.news(event)
        facts.untold(event)
    assert facts.owed(serving=True) == (told[1], told[3], told[4])  # the last word on each, in order
    assert facts.owed(serving=True) == ()
    facts.untold(CustomerLeft())
    assert facts.owed(serving=False) == facts.owed(serving=True) == ()


def test_what_is_owed_is_forgotten_once_something_newer_is_told_of_the_same() -> None:
    facts = Facts()
    jammed, well, gone = DeviceState("printer", False, "device.jam"), DeviceState("printer", True), CustomerLeft()
    for event in (jammed, gone):
        facts.news(event)
        facts.untold(event)
    assert not facts.news(jammed)  # said again: still owed
    assert facts.news(well)
    assert facts.owed(serving=True) == (gone,)
