"""The journal and the store after power cuts on disks that tear, reorder, fail, fill up and lie."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from guitai.chaos.recorded import Mutant
from guitai.chaos.storage import FAULTS, Kind, run_storage

pytestmark = [pytest.mark.chaos, pytest.mark.timeout(300)]


def test_what_was_acknowledged_survives() -> None:
    tally = run_storage(episodes=720, seed=0)
    assert tally.wrong == []
    assert (tally.episodes, tally.lost) == (720, 0)
    assert set(tally.by_fault) >= set(FAULTS[:3])


@pytest.mark.parametrize("kind", ["journal", "store"])
@pytest.mark.parametrize("mutant", ["synchronous_off", "early"])
def test_the_harness_sees_losses(mutant: Mutant, kind: Kind) -> None:
    tally = run_storage(120, 0, mutant, (kind,))
    assert tally.lost > 0
    assert any("acknowledged records are lost" in text for text in tally.wrong)


@pytest.mark.long
@pytest.mark.timeout(3600)
def test_what_was_acknowledged_survives_thousands(record_property: Callable[[str, object], None]) -> None:
    tally = run_storage(episodes=7200, seed=1000)
    for name, value in tally.figures().items():
        record_property(name, value)
    assert tally.wrong == []
    assert tally.lost == 0
