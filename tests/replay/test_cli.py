"""`guitai replay FILE` as a technician sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai import session
from guitai.cli.replay import replay
from guitai.journal import Journal
from guitai.messages.session import Occurred, SessionOpened

OPENED = SessionOpened("s1", "kiosk-001", "heping", "浙江杭州", True, 10, "abc")


@pytest.fixture
def log(tmp_path: Path) -> Path:
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    _, effects = session.step(session.initial(), Occurred(1, 1000, OPENED))
    journal.append("s1", Occurred(1, 1000, OPENED), effects)
    journal.export("s1", tmp_path / "s1.jsonl")
    journal.close()
    return tmp_path / "s1.jsonl"


def test_an_identical_session_exits_0(log: Path) -> None:
    result = CliRunner().invoke(replay, [str(log)])
    assert (result.exit_code, "1 events, chain intact, effects identical" in result.output) == (0, True)


def test_other_effects_exit_1_and_name_the_line(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    journal.append("s1", Occurred(1, 1000, OPENED), [])
    journal.export("s1", tmp_path / "s1.jsonl")
    journal.close()
    result = CliRunner().invoke(replay, [str(tmp_path / "s1.jsonl")])
    assert result.exit_code == 1
    assert "s1.jsonl:2: session.opened" in result.output
    assert "recorded: (nothing)" in result.output


def test_an_altered_or_missing_log_exits_1_without_a_traceback(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"heping", b"hepinG"))
    result = CliRunner().invoke(replay, [str(log)])
    assert (result.exit_code, "altered at line 2" in result.output) == (1, True)
    assert CliRunner().invoke(replay, [str(log.with_name("none"))]).exit_code == 1
