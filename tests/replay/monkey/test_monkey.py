"""Random touches and words never break the kiosk, never leave a stuck screen, never show an earlier customer's data."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk_ui import fonts
from tests.replay.monkey.monkey import run

pytestmark = [pytest.mark.filterwarnings("ignore:Two-key"), pytest.mark.filterwarnings("ignore:coroutine")]


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> fonts.Measure:
    state: Path = tmp_path_factory.mktemp("state")
    return fonts.Measure(fonts.find(state))


@pytest.mark.parametrize("seed", [1, 2])
def test_three_hundred_deeds(seed: int, measure: fonts.Measure) -> None:
    found = run(seed, 300, measure)
    assert found.broke == []
    assert found.left_out == set()
    assert found.pressed >= 100
    assert len(found.screens) >= 5


@pytest.mark.long
@pytest.mark.parametrize("seed", range(10))
def test_ten_thousand_deeds(seed: int, measure: fonts.Measure) -> None:
    found = run(100 + seed, 1000, measure)
    assert found.broke == []
    assert found.left_out == set()
