"""The bandwidth cap, the watchdog and the measure of the clock's skew."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.bucket import LEAST_BURST_BYTES, S_NS, Bucket
from sync.watch import SILENT_NS, Skew, Watchdog


@given(
    st.integers(1, 10**6),
    st.lists(st.tuples(st.integers(1, 200_000), st.integers(0, 10 * S_NS), st.booleans()), max_size=60),
)
def test_what_goes_out_never_exceeds_the_cap_but_for_what_is_urgent(
    rate: int, wants: list[tuple[int, int, bool]]
) -> None:
    bucket, now_ns, sent, urgent_bytes, largest = Bucket(rate, 0), 0, 0, 0, 0
    for size, later_ns, urgent in wants:
        now_ns += later_ns
        went = bucket.take(size, now_ns, urgent=urgent)
        assert went or not urgent
        sent += size if went else 0
        urgent_bytes += size if urgent else 0
        largest = max(largest, size)
    burst = max(rate, LEAST_BURST_BYTES, largest)
    assert sent <= burst + urgent_bytes + rate * now_ns / S_NS + len(wants)


def test_what_was_urgent_is_paid_for_by_what_comes_after_it() -> None:
    bucket = Bucket(100_000, 0)
    assert bucket.take(250_000, 0, urgent=True)
    assert not bucket.take(1, S_NS)
    assert bucket.wait_s(50_000, S_NS) == pytest.approx(1.0)
    assert bucket.take(50_000, 2 * S_NS)


def test_a_message_larger_than_the_bucket_goes_when_it_is_full() -> None:
    bucket = Bucket(1_000, 0)
    assert bucket.take(100_000, 0)
    assert not bucket.take(1, 50 * S_NS)
    assert bucket.take(100_000, 200 * S_NS)


def test_no_cap_holds_nothing_back_and_a_new_cap_holds_at_once() -> None:
    bucket = Bucket(0, 0)
    assert all(bucket.take(10**9, 0) for _ in range(9))
    assert bucket.wait_s(10**9, 0) == 0
    bucket.set_rate(20_000)
    assert bucket.take(20_000, 0)
    assert not bucket.take(20_000, 0)


def test_a_broker_without_headquarters_behind_it_is_no_line() -> None:
    watchdog = Watchdog()
    assert not watchdog.silent(SILENT_NS, owing=True)
    watchdog.connected(0)
    assert not watchdog.silent(SILENT_NS - 1, owing=False)
    assert watchdog.silent(SILENT_NS, owing=False)
    watchdog.disconnected()
    assert not watchdog.silent(2 * SILENT_NS, owing=True)


def test_only_an_answer_that_is_owed_can_be_missed() -> None:
    watchdog, later = Watchdog(), 100 * SILENT_NS
    watchdog.connected(0)
    watchdog.heard(50)
    assert not watchdog.silent(later, owing=False)
    watchdog.owed(later)
    assert not watchdog.silent(later + SILENT_NS - 1, owing=True)
    assert watchdog.silent(later + SILENT_NS, owing=True)
    watchdog.heard(later + SILENT_NS)
    assert not watchdog.silent(later + 2 * SILENT_NS - 1, owing=True)


def test_the_quickest_answer_tells_the_skew_best() -> None:
    skew = Skew()
    assert skew.ms is None
    assert not skew.to_tell()
    for way_ms in (3_600_000, 40, 900, 5):  # the first one lay at the broker for an hour
        skew.note(1_000_000 + way_ms, 1_000_000 + 7_000)
    assert skew.ms == 5 - 7_000
    assert skew.to_tell()
    assert skew.told() == 5 - 7_000
    assert not skew.to_tell()
