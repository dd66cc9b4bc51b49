"""A rollout opens stage by stage, and one failure too many ends it where it stands."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from headquarters.rollout import plan
from headquarters.rollout.plan import Criteria, JobTurned, Rollout, Send, Tick, drawn, step

FLEET = tuple(f"kiosk-{n:03}" for n in range(200))
CRITERIA = Criteria((5, 25, 100), 0, silent_s=100, soak_s=10)


def opened(rollout: Rollout, now_ms: int) -> tuple[Rollout, list[str]]:
    rollout, effects = step(rollout, Tick(now_ms))
    return rollout, [effect.kiosk for effect in effects if isinstance(effect, Send)]


def succeeded(rollout: Rollout, kiosks: list[str], now_ms: int) -> Rollout:
    for kiosk in kiosks:
        rollout, _ = step(rollout, JobTurned(kiosk, "SUCCEEDED", "", now_ms))
    return rollout


def test_stages_open_one_after_the_other_and_wait_between() -> None:
    rollout, first = opened(drawn("r", "x", FLEET, CRITERIA), 0)
    assert len(first) == 10
    assert opened(rollout, 1)[1] == []
    rollout = succeeded(rollout, first, 2000)
    assert opened(rollout, 11_999)[1] == []
    rollout, second = opened(rollout, 12_000)
    assert len(second) == 40
    rollout = succeeded(rollout, second, 20_000)
    rollout, third = opened(rollout, 30_000)
    assert len(third) == 150
    assert sorted(first + second + third) == sorted(FLEET)
    rollout, _ = opened(succeeded(rollout, third, 31_000), 32_000)
    assert rollout.phase == "done"


def test_one_failure_stops_it_at_the_canaries_and_calls_the_others_back() -> None:
    rollout, first = opened(drawn("r", "x", FLEET, CRITERIA), 0)
    rollout, effects = step(rollout, JobTurned(first[0], "FAILED", "updates.unhealthy", 1))
    assert rollout.phase == "aborted"
    assert {effect.kiosk for effect in effects} == set(first[1:])
    assert opened(rollout, 10**9)[1] == []


def test_silence_is_a_failure_and_a_word_after_all_none() -> None:
    rollout, first = opened(drawn("r", "x", FLEET, Criteria((5, 100), 1, 100, 0)), 0)
    rollout = succeeded(rollout, first[1:], 1)
    rollout, _ = opened(rollout, 100_000)
    assert rollout.count("silent") == 1
    rollout, _ = step(rollout, JobTurned(first[0], "SUCCEEDED", "", 100_001))
    assert rollout.count("silent") == 0


def test_silence_counts_from_the_last_word_of_the_job() -> None:
    rollout, first = opened(drawn("r", "x", FLEET[:1], Criteria((100,), 0, 100, 0)), 0)
    rollout, _ = step(rollout, JobTurned(first[0], "IN_PROGRESS", "", 90_000))
    rollout, _ = opened(rollout, 189_999)
    assert rollout.count("silent") == 0
    assert opened(rollout, 190_000)[0].count("silent") == 1


def test_who_waits_for_its_window_is_given_a_night() -> None:
    rollout, first = opened(drawn("r", "x", FLEET[:1], Criteria((100,), 0, 100, 0)), 0)
    rollout, _ = step(rollout, JobTurned(first[0], "IN_PROGRESS", "", 1_000, waits=True))
    rollout, _ = opened(rollout, plan.NIGHT_S * 1000 + 999)
    assert (rollout.phase, rollout.count("silent")) == ("running", 0)
    assert opened(rollout, plan.NIGHT_S * 1000 + 1_000)[0].phase == "aborted"
    assert Criteria().silent_s == plan.NIGHT_S  # begun at any hour, it lasts beyond the next window


def test_a_pause_opens_nothing_and_still_judges() -> None:
    rollout, first = opened(drawn("r", "x", FLEET, CRITERIA), 0)
    rollout, _ = step(succeeded(rollout, first, 1), plan.Paused())
    assert opened(rollout, 10**6)[1] == []
    rollout, _ = step(rollout, plan.Resumed())
    assert len(opened(rollout, 10**6)[1]) == 40


@pytest.mark.parametrize("stages", [(), (5,), (5, 5, 100), (50, 25, 100), (0, 100)])
def test_plans_that_are_none_are_refused(stages: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="stages"):
        drawn("r", "x", FLEET, Criteria(stages))


@settings(max_examples=100)
@given(
    st.lists(
        st.tuples(
            st.integers(0, 19), st.sampled_from(["SUCCEEDED", "FAILED", "IN_PROGRESS", "tick", "pause", "resume"])
        ),
        max_size=80,
    )
)
def test_nobody_beyond_the_open_stage_is_ever_sent_anything_and_nobody_twice(words: list[tuple[int, str]]) -> None:
    rollout, sent = drawn("r", "x", FLEET[:20], Criteria((10, 50, 100), 1, 10**6, 0)), list[str]()
    for now, (number, word) in enumerate(words, 1):
        event: plan.Event = {"tick": Tick(now), "pause": plan.Paused(), "resume": plan.Resumed()}.get(
            word, JobTurned(FLEET[number], word, "", now)
        )
        rollout, effects = step(rollout, event)
        sent += [effect.kiosk for effect in effects if isinstance(effect, Send)]
        assert len(sent) == len(set(sent)) <= rollout.opened
        assert rollout.phase != "running" or rollout.count("failed", "silent") <= 1


def test_an_end_calls_back_who_fell_silent_as_well() -> None:
    rollout, first = opened(drawn("r", "x", FLEET, CRITERIA), 0)
    rollout, effects = step(rollout, Tick(100_000))
    assert rollout.phase == "aborted"
    assert {effect.kiosk for effect in effects} == set(first)
