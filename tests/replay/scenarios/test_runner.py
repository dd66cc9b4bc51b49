"""The runner of scripted customers: what is right passes, and every kind of miss is found."""

from __future__ import annotations

import pytest

from guitai.episodes.ground import Ground
from guitai.messages.voice import CustomerSaid
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.many import result_of
from guitai.scenarios.model import Expect, Outcome, Scenario, Turn
from guitai.scenarios.play import Played, Player
from tests.replay.scenarios.book import GOOD, TRANSFER, WITHDRAWAL, WITHDRAWN, scenario, turn

pytestmark = [pytest.mark.filterwarnings("ignore:Two-key"), pytest.mark.filterwarnings("ignore:coroutine")]

BAD_EXPECT = {
    "intent": "transfer",
    "slots": {"amount_fen": 90_000},
    "kiosk_asks": "payee",
    "risk_level": "medium",
    "risk_level_min": "medium",
    "action": "freeze",
    "must_say": ["九百|900"],
    "must_not": ["八百|800"],
}
"""What a withdrawal of 800 yuan does not do."""

BAD_OUTCOME = {
    "resolved": False,
    "money_moved_fen": 80_100,
    "direction": "in",
    "pending_fen": 1,
    "moved_or_pending_fen": 0,
    "handed_to_human": True,
    "frozen": True,
    "card_with": "device",
    "card_state": "lost",
    "dispute_open": True,
    "retracted_fen": 80_000,
    "retain_bin_recorded": True,
    "ledger_debit_equals_taken_or_dispute": False,
    "dispense_commands": 2,
    "hq_events_exactly_once": False,
    "screen_cleared": True,
    "ui_mode": "large",
    "language_end": "en",
    "recalled_fen": 80_000,
    "transfer_requests_distinct": 1,
    "handover_history_min_turns": 1,
    "log_must_not_contain": ["拿八百块现金"],
    "in_service_after": False,
    "advise": "96110",
}


def missed(played: Played) -> list[str]:
    assert not played.broke
    return [miss.key for miss in played.misses]


@pytest.mark.parametrize("name", GOOD)
def test_what_is_right_passes(name: str, player: Player) -> None:
    played = player.play(GOOD[name])
    assert (played.misses, played.broke) == ([], [])


@pytest.mark.parametrize("key", BAD_EXPECT)
def test_a_miss_of_a_turn_is_found(key: str, player: Player) -> None:
    said = turn("say", "拿八百块现金", **{key: BAD_EXPECT[key]})
    played = player.play(scenario(said, *WITHDRAWAL[1:]))
    assert [(miss.turn, miss.key.partition(".")[0]) for miss in played.misses] == [(3, key)]


@pytest.mark.parametrize("key", BAD_OUTCOME)
def test_a_miss_of_the_outcome_is_found(key: str, player: Player) -> None:
    wanted = {key: BAD_OUTCOME[key]} | ({"money_moved_fen": 80_000} if key == "direction" else {})
    played = player.play(scenario(*WITHDRAWAL, **wanted))
    assert missed(played) == ["money_moved_fen" if key == "direction" else key]


def test_every_key_has_a_miss() -> None:
    assert set(BAD_EXPECT) == set(Expect.model_fields) - {"action_also_ok"}
    assert set(BAD_OUTCOME) == set(Outcome.model_fields) - {"asked_twice"}


def test_what_is_null_or_absent_is_not_judged(player: Player) -> None:
    said = turn("say", "拿八百块现金", **dict.fromkeys(BAD_EXPECT))
    nothing = scenario(said, *WITHDRAWAL[1:], **dict.fromkeys(BAD_OUTCOME))
    assert missed(player.play(nothing)) == []


def test_another_action_may_also_be_fine(player: Player) -> None:
    said = turn("say", "拿八百块现金", action="freeze", action_also_ok=["human", "second_confirm"])
    assert missed(player.play(scenario(said, *WITHDRAWAL[1:]))) == []


def test_a_customer_who_does_not_confirm_moves_nothing(player: Player) -> None:
    found = missed(player.play(scenario(WITHDRAWAL[0], **WITHDRAWN)))
    assert {"money_moved_fen", "resolved", "dispense_commands"} <= set(found)


def test_words_of_a_later_turn_do_not_count_for_an_earlier_one(player: Player) -> None:
    early = turn("say", "给赵敏转五百块", must_say=["已经办好了"])
    assert missed(player.play(scenario(early, *TRANSFER[1:]))) == ["must_say"]


@pytest.mark.parametrize("words", [(), (turn("pin_ok"), turn("say", "查一下余额", must_say=["52000"]))])
def test_a_deed_the_kiosk_does_not_want_yet_is_judged_once_it_is_done(words: tuple[Turn, ...], player: Player) -> None:
    """Who types a wrong PIN before anything was asked for is told so when the PIN is wanted, and nothing else counts."""
    for said, misses in (("不对", []), ("已经办好了", ["must_say"])):
        turns = [turn("insert_card"), turn("pin_wrong", must_say=[said]), *words]
        script = GOOD["withdrawal"].model_dump() | {"turns": turns, "outcome": {}}
        assert missed(player.play(Scenario.model_validate(script))) == misses


def test_the_given_r_decides_exactly(player: Player) -> None:
    """R = 29.99 is low, 30.00 medium: all six r are the same, and the weights sum to 1."""
    for r, level in ((29.99, "low"), (30.0, "medium"), (59.99, "medium"), (60.0, "high")):
        every = dict.fromkeys(("login", "amount", "frequency", "semantic", "device", "credit"), r)
        setup = GOOD["withdrawal"].setup.model_copy(update={"risk_inject_r": every})
        told = GOOD["withdrawal"].model_dump() | {"setup": setup.model_dump()}
        assert player.play(Scenario.model_validate(told)).level == level


def test_a_scenario_plays_the_same_again(player: Player) -> None:
    first, second = (player.play(GOOD["withdrawal"]) for _ in range(2))
    assert [window.standing for window in first.windows] == [window.standing for window in second.windows]
    assert first.turns == second.turns


def test_a_bug_is_a_miss_with_its_cause() -> None:
    class Deaf(Hearing):
        def __init__(self) -> None:
            self.voices = None

        def typed(self, text: str, usual: str = "zh") -> CustomerSaid:
            raise ZeroDivisionError(text)

    with Ground() as ground:
        played = Player(ground, Deaf()).play(GOOD["balance"])
    assert any("ZeroDivisionError: 查一下余额" in why for why in played.broke)
    assert any("ZeroDivisionError" in miss for miss in result_of(played).misses)


def test_the_time_to_the_reply_is_measured_for_each_utterance(player: Player) -> None:
    played = player.play(GOOD["transfer of low risk"])
    assert len(played.response_s) == 1
    assert played.response_s[0] > 0


def test_a_deed_that_is_never_done_is_judged_by_its_own_turn(player: Player) -> None:
    """Nothing that happens later came of it."""
    turns = [turn("insert_card"), turn("sms_ok", must_say=["52000"]), turn("pin_ok"), turn("say", "查一下余额")]
    script = GOOD["withdrawal"].model_dump() | {"turns": turns, "outcome": {}}
    assert missed(player.play(Scenario.model_validate(script))) == ["must_say"]


def test_what_a_deed_done_late_must_not_bring_is_judged_once_it_is_done(player: Player) -> None:
    turns = [turn("insert_card"), turn("pin_ok", must_not=["52000"]), turn("say", "查一下余额")]
    script = GOOD["withdrawal"].model_dump() | {"turns": turns, "outcome": {}}
    assert missed(player.play(Scenario.model_validate(script))) == ["must_not"]


@pytest.mark.parametrize("key", ["pending_fen", "moved_or_pending_fen"])
def test_a_hold_that_no_script_wants_is_not_forgiven(key: str, player: Player) -> None:
    held = GOOD["scam: held, and nobody comes"].model_dump()
    assert missed(player.play(Scenario.model_validate(held | {"outcome": {key: 0}}))) == [key]


def test_a_teller_approves_only_for_a_script_that_wants_it_done(player: Player) -> None:
    for resolved, helped in ((True, ("approved",)), (None, ())):
        replaced = scenario(turn("say", "我的卡消磁了，换一张"), turn("touch", "confirm"), resolved=resolved)
        assert player.play(replaced).helped == helped
