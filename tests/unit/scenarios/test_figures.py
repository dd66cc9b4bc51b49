"""The paper's table: what counts into which figure, and how sure it is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guitai.scenarios.figures import Result, by_tag, figures, mean, share, should_be_risky, should_be_stopped
from guitai.scenarios.many import result_of
from guitai.scenarios.play import Played
from tests.replay.scenarios.book import GOOD, WITHDRAWAL, scenario, turn

PASSED = Result("a", ("x",), (), True, True, False, False, False, False, 0, 3, (0.5,))
SCAM = replace(
    PASSED, id="b", should_resolve=None, resolved=False, should_be_risky=True, seen_risky=True, should_be_stopped=True,
    stopped=True,
)  # fmt: skip


def test_shares_are_percent_of_those_they_are_about() -> None:
    missed = replace(PASSED, id="c", misses=("turn 1: …",), resolved=False, seen_risky=True, tags=("x", "y"))
    let_go = replace(SCAM, id="d", seen_risky=False, stopped=False, helped=True)
    found = figures([PASSED, missed, SCAM, let_go])
    assert {name: (figure.value, figure.n) for name, figure in found.items()} == {
        "pass_rate": (75.0, 4),
        "resolved": (50.0, 2),
        "mean_response_s": (0.5, 4),
        "risk_acc": (50.0, 2),
        "false_alarm": (50.0, 2),
        "suc": (50.0, 2),
        "turns_per_task": (3.0, 1),
        "helped": (1, 4),
        "asked_twice": (0, 4),
    }
    assert by_tag([PASSED, missed]) == {"x": (1, 2), "y": (0, 1)}


@pytest.mark.parametrize("name", ["withdrawal", "scam: held, and nobody comes"])
def test_what_broke_is_a_miss_with_its_cause_and_counts_against_every_share(name: str) -> None:
    broken = Played(
        GOOD[name], broke=["the episode broke: ValueError: oh"], resolved=True, level="high", intervened=True
    )
    kept = result_of(broken)
    assert kept.misses == ("broke: the episode broke: ValueError: oh",)
    assert not kept.resolved
    assert not kept.stopped
    assert kept.seen_risky is (kept.should_be_risky is False)


def test_what_nobody_was_measured_for_is_left_out() -> None:
    silent = replace(PASSED, should_resolve=None, should_be_risky=None, response_s=())
    assert set(figures([silent])) == {"pass_rate", "helped", "asked_twice"}


def test_the_interval_of_a_share_is_wilsons() -> None:
    figure = share([True] * 9 + [False])
    assert (round(figure.low, 1), round(figure.high, 1)) == (59.6, 98.2)
    assert (share([True] * 10).high, share([False] * 10).low) == (100.0, pytest.approx(0.0))


def test_the_interval_of_a_mean() -> None:
    figure = mean([1.0, 2.0, 3.0])
    assert (figure.value, round(figure.high - figure.value, 3)) == (2.0, 1.132)


def test_a_script_says_itself_whether_it_is_about_risk() -> None:
    assert should_be_risky(GOOD["withdrawal"]) is False
    assert should_be_risky(GOOD["balance"]) is None
    risky = scenario(turn("say", "转账", risk_level_min="medium", action="delay_24h"))
    assert (should_be_risky(risky), should_be_stopped(risky)) == (True, True)
    prompted = scenario(turn("say", "转账", risk_level="medium", action="prompt"))
    assert (should_be_risky(prompted), should_be_stopped(prompted)) == (True, False)
    assert not should_be_stopped(scenario(*WITHDRAWAL))


def test_spoken_words_give_a_character_error_rate() -> None:
    heard = replace(PASSED, heard=(("取五百块", "取500块"), ("给王芳转账", "给黄芳转账")))
    found = figures([heard])["cer"]
    assert (round(found.value, 2), found.n) == (10.0, 2)
