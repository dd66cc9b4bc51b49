"""What the runner of scripted customers forgives, and what it never does."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.messages.bank import PostTransfer
from guitai.messages.handover import Bundle, Escalate, Why
from guitai.messages.risk import Action, RecordRisk, RiskDecision
from guitai.messages.view import View
from guitai.messages.voice import Speak
from guitai.money import Fen
from guitai.scenarios.judge import Miss, actions_of
from guitai.scenarios.outcomes import pending_of, wants_hold
from guitai.scenarios.play import missed_twice
from guitai.scenarios.watch import Shown, Sight, Stepped
from headquarters.bank.oracle import Picture
from tests.replay.scenarios.book import scenario, turn

CONFIRM = View("confirm", "转 500 元给赵敏")
SPOKEN = Speak("s1", "转 500 元给赵敏", "zh")


def did(*effects: object) -> Sight:
    return Stepped(0.0, 0.0, "S1", object(), effects)


def decided(*actions: Action) -> RecordRisk:
    return RecordRisk("r", RiskDecision(7000, "high", (), (), actions, "h"))


def moved(mode: Any) -> PostTransfer:
    return PostTransfer("t1", "c", "赵敏", "p", Fen(50_000), mode, "r")


def called(why: Why) -> Escalate:
    return Escalate("e1", Bundle(why, "", (), (), {}, None, "waiting"))


def test_a_kiosk_that_ignores_words_at_a_confirmation_does_nothing() -> None:
    assert actions_of((), CONFIRM) == frozenset()
    assert actions_of((did(),), CONFIRM) == frozenset()


def test_a_confirmation_that_is_said_once_more_stands_and_is_no_service_yet() -> None:
    assert actions_of((did(SPOKEN),), CONFIRM) == {"second_confirm"}


def test_an_answer_is_service_and_silence_is_none() -> None:
    assert actions_of((did(SPOKEN),)) == {"serve"}
    assert actions_of((Shown(0.0, View("result", "余额 52,000 元")),)) == {"serve"}
    assert actions_of((did(),)) == frozenset()


def test_who_met_every_measure_within_the_turn_was_served() -> None:
    assert "serve" in actions_of((did(decided("prompt", "sms")), did(moved("now"))))


@pytest.mark.parametrize("halt", [called("risk"), decided("delay_24h", "prompt"), decided("hold", "human")])
def test_money_that_left_in_spite_of_what_was_decided_is_no_service(halt: object) -> None:
    assert "serve" not in actions_of((did(halt), did(moved("now"))))


def test_what_a_teller_must_always_allow_may_be_served_within_the_turn() -> None:
    assert "serve" in actions_of((did(called("approve")), did(moved("now"))))


@pytest.mark.parametrize(
    ("wanted", "may_hold", "found"),
    [
        (0, False, 50_000),
        (0, True, 0),
        (50_000, False, 50_000),
        (50_000, True, 50_000),
        (70_000, False, 50_000),
        (None, False, 50_000),
    ],
)
def test_no_script_forgives_a_hold_it_does_not_want(wanted: int | None, may_hold: bool, found: int) -> None:
    picture = Picture((), Fen(0), Fen(50_000), Fen(0), Fen(0), {}, Fen(0))
    assert pending_of(picture, wanted, may_hold=may_hold) == found


@pytest.mark.parametrize(
    ("expect", "outcome", "wants"),
    [
        ({}, {"frozen": True}, True),
        ({"action": "freeze"}, {}, True),
        ({"action": "human", "action_also_ok": ["freeze"]}, {}, True),
        ({"action": "serve"}, {"frozen": False}, False),
        ({}, {}, False),
    ],
)
def test_which_script_wants_a_hold(expect: dict[str, Any], outcome: dict[str, Any], wants: bool) -> None:
    assert wants_hold(scenario(turn("say", "给赵敏转五百块", **expect), **outcome)) is wants


def test_a_deed_done_late_is_forgiven_what_then_came_true_but_nothing_that_was_said() -> None:
    said = Miss(3, "must_say", "52000", "…")
    never, again = Miss(3, "must_not", "not 冻结", "冻结"), Miss(3, "must_not", "not 报警", "报警")
    assert missed_twice((said,), ()) == []
    assert missed_twice((said,), (said,)) == [said]
    assert missed_twice((), (said,)) == []
    assert missed_twice((never,), ()) == [never]
    assert missed_twice((), (again,)) == [again]
    assert missed_twice((never,), (never, again)) == [never, again]
