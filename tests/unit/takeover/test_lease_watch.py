"""The watch over the beats: lost after 15 s, back, over 30 s later, never beyond the hard end; each edge once."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from guitai.dialogue.beside import Handover
from guitai.messages.handover import TellerLeft
from guitai.messages.takeover import TellerBack, TellerLost
from guitai.shell.lease_watch import GRACE_NS, LOST_NS, LeaseWatch

S = 1_000_000_000
HELD = Handover("E1", "asked", "t1", "林", lease_until_ms=600_000)


class Clock:
    def __init__(self) -> None:
        self.ns = 5 * S

    def __call__(self) -> int:
        return self.ns


def watch() -> tuple[LeaseWatch, Clock]:
    clock = Clock()
    watch = LeaseWatch(clock)
    watch.follow(HELD, 0)
    return watch, clock


def test_beats_keep_a_lease_up_to_its_hard_end() -> None:
    lease, clock = watch()
    for _ in range(119):
        clock.ns += 5 * S
        lease.beat("E1", "t1")
        assert lease.due() is None
    clock.ns += 5 * S
    assert lease.due() == TellerLeft("E1", "t1", lapsed=True)


def test_three_beats_that_do_not_come_are_a_loss_and_a_beat_brings_them_back() -> None:
    lease, clock = watch()
    clock.ns += LOST_NS - 1
    assert lease.due() is None
    clock.ns += 1
    assert lease.due() == TellerLost("E1", "t1")
    assert lease.due() is None
    lease.follow(Handover("E1", "asked", "t1", "林", lease_until_ms=600_000, lost=True), 15_000)
    lease.beat("E1", "t1")
    assert lease.due() == TellerBack("E1", "t1")


def test_half_a_minute_after_the_loss_it_is_over() -> None:
    lease, clock = watch()
    clock.ns += LOST_NS
    lease.due()
    lease.follow(Handover("E1", "asked", "t1", "林", lease_until_ms=600_000, lost=True), 15_000)
    clock.ns += GRACE_NS - 1
    assert lease.due() is None
    clock.ns += 1
    assert lease.due() == TellerLeft("E1", "t1", lapsed=True)


def test_a_beat_later_than_now_is_of_another_life_of_the_machine_and_is_none() -> None:
    clock = Clock()
    lease = LeaseWatch(clock)
    lease.resume(HELD, 0, clock.ns + 1)
    assert lease.due() == TellerLost("E1", "t1")


def test_a_beat_heard_before_the_process_began_counts() -> None:
    clock = Clock()
    lease = LeaseWatch(clock)
    lease.resume(HELD, 0, clock.ns)
    assert lease.due() is None


def test_somebody_else_s_beat_is_none() -> None:
    lease, clock = watch()
    clock.ns += LOST_NS
    lease.beat("E1", "t2")
    lease.beat("E2", "t1")
    assert lease.due() == TellerLost("E1", "t1")


def test_nobody_holds_nothing_is_due() -> None:
    lease, clock = watch()
    lease.follow(None, 1_000)
    clock.ns += 1_000 * S
    assert lease.due() is None
    assert lease.wait_ns() is None


@given(st.lists(st.tuples(st.integers(1, 20_000), st.booleans()), max_size=60))
def test_no_lease_outlives_its_beats_or_its_end(moves: list[tuple[int, bool]]) -> None:
    lease, clock = watch()
    handover: Any = HELD
    began = heard = clock.ns
    for ms, beats in moves:
        until = clock.ns + ms * 1_000_000
        while True:  # the shell looks whenever something may be due, and not more often
            wait = lease.wait_ns()
            if wait is None or clock.ns + wait > until:
                break
            clock.ns += wait
            match lease.due():
                case TellerLost():
                    handover = Handover("E1", "asked", "t1", "林", lease_until_ms=600_000, lost=True)
                case TellerBack():
                    handover = HELD
                case TellerLeft():
                    handover = None
                case None:
                    clock.ns += 1
            lease.follow(handover, 0)
        clock.ns = max(until, clock.ns)
        if handover is not None:
            assert clock.ns < heard + LOST_NS + GRACE_NS + 2 * S
            assert clock.ns < began + 600 * S + 2 * S
        if beats:
            lease.beat("E1", "t1")
            heard = clock.ns
