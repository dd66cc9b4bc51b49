"""Waits grow, are spread over their whole range, and begin anew once something worked."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guitai.wire.backoff import Backoff


def test_the_most_a_wait_can_be_doubles_up_to_the_cap() -> None:
    backoff = Backoff(lambda: 1.0)
    assert [backoff.wait_s() for _ in range(8)] == [0.5, 1, 2, 4, 8, 16, 30, 30]
    backoff.worked()
    assert backoff.wait_s() == 0.5


@given(st.lists(st.floats(0, 1, exclude_max=True), min_size=1, max_size=2000))
def test_a_wait_is_anywhere_between_nothing_and_its_most(chances: list[float]) -> None:
    left = iter(chances)
    backoff, most_s = Backoff(lambda: next(left)), 0.5
    for chance in chances:
        assert backoff.wait_s() == chance * min(most_s, 30)
        most_s = min(30, most_s * 2)
