"""`guitai replay FILE` as a technician sees it."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai import session
from guitai.cli.replay import replay
from guitai.journal import Journal
from guitai.knowledge import answers
from guitai.knowledge.pack import read
from guitai.messages.session import Occurred, SessionOpened
from guitai.messages.voice import AnswerGuess, CustomerSaid, IntentGuess, Understanding
from guitai.shell.packs import answers_store
from tests.unit.knowledge.folder import compiled

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
    result = CliRunner().invoke(replay, [str(log)], obj=())
    assert (result.exit_code, "1 events, chain intact, effects identical" in result.output) == (0, True)


def test_other_effects_exit_1_and_name_the_line(tmp_path: Path) -> None:
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    journal.append("s1", Occurred(1, 1000, OPENED), [])
    journal.export("s1", tmp_path / "s1.jsonl")
    journal.close()
    result = CliRunner().invoke(replay, [str(tmp_path / "s1.jsonl")], obj=())
    assert result.exit_code == 1
    assert "s1.jsonl:2: session.opened" in result.output
    assert "recorded: (nothing)" in result.output


def test_answers_come_from_the_pack_in_use_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = answers_store(tmp_path)
    store.use(store.keep(compiled().data, "甲", "", 0), "乙", "", 0)
    answers.use(read(compiled().data))
    guess = (AnswerGuess("limit", 0.95),)
    said = CustomerSaid("存款保险赔多少", 0.9, Understanding((IntentGuess("fixed_rates", 0.3),), answers=guess))
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    state = session.initial()
    for seq, event in enumerate((OPENED, said), 1):
        state, effects = session.step(state, Occurred(seq, 1000 * seq, event))
        journal.append("s1", Occurred(seq, 1000 * seq, event), effects)
    journal.export("s1", tmp_path / "s1.jsonl")
    journal.close()
    try:
        for folder, code in ((tmp_path, 0), (tmp_path / "other", 1)):
            monkeypatch.setenv("GUITAI__PATHS__STATE", str(folder))
            result = CliRunner().invoke(replay, [str(tmp_path / "s1.jsonl")], obj=())
            assert result.exit_code == code, result.output
    finally:
        answers.use(answers.shipped())


def test_an_altered_or_missing_log_exits_1_without_a_traceback(log: Path) -> None:
    log.write_bytes(log.read_bytes().replace(b"heping", b"hepinG"))
    result = CliRunner().invoke(replay, [str(log)], obj=())
    assert (result.exit_code, "altered at line 2" in result.output) == (1, True)
    assert CliRunner().invoke(replay, [str(log.with_name("none"))], obj=()).exit_code == 1
