"""No note, card or debit is lost, whatever breaks: thousands of whole kiosks on virtual time, counted by the machine."""

from __future__ import annotations

import pytest

from guitai.episodes.many import run_many

EPISODES = 5000
LONG_EPISODES = 100_000
KINDS = 55
"""So many different faults have to strike, or the episodes prove less than they say."""


@pytest.mark.timeout(3600)
def test_nothing_is_lost(record_property):
    tally = run_many(EPISODES)
    record(tally, record_property)
    assert not tally.wrong, "\n".join(tally.wrong)
    assert len(tally.struck) >= KINDS, sorted(tally.struck)


@pytest.mark.long
@pytest.mark.timeout(0)
def test_nothing_is_lost_in_many_more(record_property):
    tally = run_many(LONG_EPISODES, first=EPISODES)
    record(tally, record_property)
    assert not tally.wrong, "\n".join(tally.wrong)


def record(tally, record_property):
    for name in ("episodes", "violations", "per_s"):
        record_property(name, round(tally.figures()[name], 1))
    record_property("kinds_of_faults", len(tally.struck))
