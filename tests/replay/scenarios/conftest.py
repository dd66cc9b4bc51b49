"""Who plays the scripted customers: the real core with the real language step, one for the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from guitai.config import Config, Paths
from guitai.episodes.ground import Ground
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.play import Player


@pytest.fixture(scope="module")
def player(models_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Player]:
    config = Config(paths=Paths(models=models_dir, state=tmp_path_factory.mktemp("state")))
    with Ground() as ground:
        yield Player(ground, Hearing(config))
