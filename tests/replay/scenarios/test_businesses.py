"""Every business is played through the real core, by words and by touch alone."""

from __future__ import annotations

import pytest

from guitai.scenarios.play import Player
from tests.replay.scenarios.businesses import TEXT, TOUCH

pytestmark = [pytest.mark.filterwarnings("ignore:Two-key"), pytest.mark.filterwarnings("ignore:coroutine")]


@pytest.mark.parametrize("business", TEXT)
def test_by_words(business: str, player: Player) -> None:
    played = player.play(TEXT[business])
    assert (played.misses, played.broke) == ([], [])


@pytest.mark.parametrize("business", TOUCH)
def test_by_touch(business: str, player: Player) -> None:
    played = player.play(TOUCH[business])
    assert (played.misses, played.broke) == ([], [])
