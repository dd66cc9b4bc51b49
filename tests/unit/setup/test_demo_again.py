"""The demo run again in the same folder is a new kiosk: nothing of the last one's journal is missed."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from guitai.config import Config, Paths
from guitai.demo.run import prepare
from guitai.messages.session import Occurred, SessionOpened
from guitai.shell.records import open_journal


@pytest.mark.models
def test_a_second_demo_finds_no_journal_missing(tmp_path: Path, models_dir: Path) -> None:
    for _ in range(2):
        config, _, _ = prepare(tmp_path, Config(paths=Paths(models=models_dir)), (), {})
        journal = open_journal(config)
        opened = SessionOpened("S1", config.kiosk.id, config.kiosk.branch, config.kiosk.region, True, 10, "")
        journal.append("S1", Occurred(1, 1, opened), ())
        journal.close()
        shutil.rmtree(config.paths.run)
        assert not (config.paths.state / "quarantine").exists()
