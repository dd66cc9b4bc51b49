"""A running branch killed, cut off and filled up many times: at the end both ends hold the same, once."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guitai.chaos.faults import FAULTS
from guitai.chaos.recorded import Mutant
from guitai.chaos.run import Plan, run_processes

pytestmark = [pytest.mark.broker, pytest.mark.chaos, pytest.mark.timeout(600)]

TRIES = 6


def test_two_hundred_episodes_lose_and_double_nothing() -> None:
    outcome = run_processes(Plan(episodes=200, seed=0))
    assert outcome.wrong == []
    assert (outcome.lost, outcome.duplicated) == (0, 0)
    assert outcome.episodes == 200
    assert outcome.records > 4000
    assert sum(outcome.kills.values()) > 50
    assert set(outcome.faults) == set(FAULTS)
    assert outcome.tricks > 0


@pytest.mark.parametrize(("mutant", "fault"), [("early", "core_killed"), ("early_hq", "hq_killed")])
def test_acknowledgement_before_the_commit_is_seen(mutant: Mutant, fault: str) -> None:
    """A kill has to fall between the two; most runs of twenty have one that does."""
    seeds = range(5, 5 + TRIES)
    assert any(run_processes(Plan(20, seed, mutant, heals_s=15, faults=(fault,))).lost > 0 for seed in seeds)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.parametrize("tenth", range(10))
def test_a_tenth_of_a_million_records(tenth: int, record_property: Callable[[str, object], None]) -> None:
    outcome = run_processes(Plan(150, seed=100 + tenth, burst=(400, 620)))
    for name, value in outcome.figures().items():
        record_property(name, value)
    assert outcome.wrong == []
    assert (outcome.lost, outcome.duplicated) == (0, 0)
    assert outcome.records >= 100_000
    assert sum(outcome.kills.values()) >= 30
