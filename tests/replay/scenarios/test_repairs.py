"""Every repair pattern is played through the real core, by words and by touch."""

from __future__ import annotations

import pytest

from guitai.scenarios.play import Player
from tests.replay.scenarios.repairs import TEXT, TOUCH

pytestmark = [pytest.mark.filterwarnings("ignore:Two-key"), pytest.mark.filterwarnings("ignore:coroutine")]


@pytest.mark.parametrize("pattern", TEXT)
def test_by_words(pattern: str, player: Player) -> None:
    played = player.play(TEXT[pattern])
    assert (played.misses, played.broke) == ([], [])


@pytest.mark.parametrize("pattern", TOUCH)
def test_by_touch(pattern: str, player: Player) -> None:
    played = player.play(TOUCH[pattern])
    assert (played.misses, played.broke) == ([], [])
