"""The slots' reducer: the slot that runs and the good one are never written to, and every road ends with one that works."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.updates import acts, slots
from guitai.updates.slots import Content, Updates, step

HERE = "guitai-x"
FRESH = Updates(HERE, a=Content("good", "", "one", (0, 1, 0, 0, 1)))
NEWER = acts.Verified(HERE, (0, 1, 0, 0, 2), "two")


def after(state: Updates, *events: acts.Event) -> tuple[Updates, tuple[acts.Effect, ...]]:
    effects: tuple[acts.Effect, ...] = ()
    for event in events:
        state, effects = step(state, event)
    return state, effects


TO_TRIAL = (acts.Offered("r", "j"), acts.Downloaded(), NEWER, acts.Installed(), acts.Quiet(), acts.Started("B"))


def test_an_update_that_does_well_becomes_the_good_one() -> None:
    state, effects = after(FRESH, *TO_TRIAL, acts.Healthy(), acts.Marked())
    assert (state.phase, state.good, state.b.standing, state.b.order) == ("idle", "B", "good", NEWER.order)
    assert effects == (acts.Forget("r"), acts.Tell(acts.Outcome("j", "r", "SUCCEEDED")))


def test_one_that_does_not_is_left_at_once_and_reported() -> None:
    state, effects = after(FRESH, *TO_TRIAL, acts.Unhealthy("no"))
    assert effects == (acts.GoBack("A", "B"),)
    state, effects = after(state, acts.Started("A"))
    assert (state.phase, state.good, state.b.standing) == ("idle", "A", "bad")
    assert state.last == acts.Outcome("j", "r", "FAILED", "no")
    assert acts.MarkGood("A") in effects


def test_the_boot_loader_may_go_back_by_itself() -> None:
    state, _ = after(FRESH, *TO_TRIAL, acts.Started("A"))
    assert (state.phase, state.last and state.last.reason) == ("idle", "updates.boot_loader")


def test_starts_that_never_end_well_are_counted() -> None:
    state, _ = after(FRESH, *TO_TRIAL)
    for _ in range(slots.TRIES):
        state, effects = step(state, acts.Started("B"))
    assert effects == (acts.GoBack("A", "B"),)


def test_wrong_machines_and_older_versions_are_refused() -> None:
    for told, reason in (
        (replace(NEWER, compatible="other"), "updates.wrong_target"),
        (replace(NEWER, order=(0, 1, 0, 0, 1)), "updates.downgrade"),
        (replace(NEWER, order=(0, 0, 9, 0, 7)), "updates.downgrade"),
    ):
        state, _ = after(FRESH, acts.Offered("r", "j"), acts.Downloaded(), told)
        assert (state.phase, state.last) == ("idle", acts.Outcome("j", "r", "REJECTED", reason))


def test_a_job_that_comes_again_is_answered_and_not_done_again() -> None:
    state, _ = after(FRESH, *TO_TRIAL, acts.Healthy(), acts.Marked())
    again, effects = step(state, acts.Offered("r", "j"))
    assert again == state
    assert effects == (acts.Tell(state.last),)


def test_a_second_update_waits_its_turn() -> None:
    state, _ = after(FRESH, acts.Offered("r", "j"))
    same, effects = step(state, acts.Offered("other", "k"))
    assert same == state
    assert effects == (acts.Tell(acts.Outcome("k", "other", "REJECTED", "updates.busy")),)


def test_a_pack_needs_no_slot_and_never_goes_back_either() -> None:
    pack = acts.Verified(HERE, (1, 0, 0, 0, 5), "answers", "answers")
    state, effects = after(FRESH, acts.Offered("r", "j"), acts.Downloaded(), pack)
    assert effects == (acts.InstallPack("answers", "r"),)
    state, _ = after(state, acts.Installed())
    assert (state.phase, state.last and state.last.status, state.b) == ("idle", "SUCCEEDED", Content())
    state, _ = after(state, acts.Offered("s", "k"), acts.Downloaded(), pack)
    assert state.last == acts.Outcome("k", "s", "REJECTED", "updates.downgrade")


def test_the_first_pack_of_a_kind_is_not_older_than_the_software_wants() -> None:
    told = acts.Verified(HERE, (1, 0, 0, 0, 5), "answers", "answers", (1, 0, 0, 0, 6))
    state, _ = after(FRESH, acts.Offered("r", "j"), acts.Downloaded(), told)
    assert state.last == acts.Outcome("j", "r", "REJECTED", "updates.downgrade")
    state, _ = after(FRESH, acts.Offered("r", "j"), acts.Downloaded(), replace(told, floor=told.order))
    assert state.phase == "installing"


UNDER_WAY = TO_TRIAL[:4]


@pytest.mark.parametrize("steps", range(1, len(UNDER_WAY) + 1))
def test_the_other_slot_started_by_hand_ends_what_was_under_way(steps: int) -> None:
    both = replace(FRESH, b=Content("good", "", "zero", (0, 0, 9, 0, 9)))
    state, _ = after(both, *UNDER_WAY[:steps])
    written = state.b.standing == "pending"
    state, effects = step(state, acts.Started("B"))
    if written:  # what runs is not proved: back
        assert (state.phase, effects) == ("returning", (acts.GoBack("A", "B"),))
        state, _ = step(state, acts.Started("A"))
    assert state.phase == "idle"
    assert state.last is not None
    assert (state.good, state.last.status) == ("A" if written else "B", "FAILED")
    again, _ = step(state, acts.Offered("s", "k"))
    assert again.phase == "downloading"


def test_a_slot_that_was_never_proved_is_left_again() -> None:
    state = replace(FRESH, b=Content("pending", "r", "two", NEWER.order))
    state, effects = step(state, acts.Started("B"))
    assert (state.phase, effects) == ("returning", (acts.GoBack("A", "B"),))


EVENTS = st.one_of(
    st.sampled_from(["A", "B"]).map(acts.Started),
    st.sampled_from(
        [
            acts.Offered("r", "j"), acts.Offered("s", "k"), acts.Downloaded(), NEWER, replace(NEWER, order=(9, 0, 0, 0, 0)),
            acts.Refused("x"), acts.Installed(), acts.InstallFailed("x"), acts.Quiet(), acts.Switched(),
            acts.Healthy(), acts.Unhealthy("x"), acts.Marked(), acts.Canceled(),
        ]
    ),
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(EVENTS, max_size=40))
def test_whatever_happens_the_good_slot_stays_good_and_is_never_written_to(events: list[acts.Event]) -> None:
    state, booted = FRESH, "A"
    for event in events:
        if isinstance(event, acts.Started):
            booted = event.booted
        before = state
        state, effects = step(state, event)
        assert state.content(state.good).standing == "good"
        for effect in effects:
            if isinstance(effect, acts.Install):
                assert effect.slot not in (state.good, booted)
            if isinstance(effect, acts.Switch):
                assert state.content(effect.slot).standing == "pending"
                assert before.phase in ("waiting", "switching")
            if isinstance(effect, acts.MarkGood) and effect.slot != before.good:
                assert before.phase in ("trying", "marking")
