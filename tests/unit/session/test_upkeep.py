"""Between events: what core logs waits for headquarters, redacted and counted; keys whose time is over go."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import pytest
import structlog

from guitai import config as configuration
from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.journal.sealing import DAY_MS
from guitai.logs import Tail, set_up
from guitai.messages.session import CloseSession, Occurred
from guitai.messages.voice import Speak, SpeechStarted
from guitai.shell import records
from guitai.shell.records import Upkeep

BEGAN_MS = 20_000 * DAY_MS


class Clock:
    now = BEGAN_MS

    def unix_ms(self) -> int:
        return self.now


@pytest.fixture
def journal(tmp_path: Path):
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    yield journal
    journal.close()


def test_core_s_lines_reach_headquarters_redacted_with_the_count_of_the_lost(
    journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = Tail(3)
    monkeypatch.setattr(records, "LINES", lines)
    monkeypatch.setattr("sys.stderr", io.StringIO())
    set_up("core", configuration.load([], {}), lines)
    try:
        for n in range(5):
            structlog.get_logger().info("moved", n=n, account="6222021234567890123")
    finally:
        structlog.reset_defaults()
    upkeep = Upkeep(configuration.load([], {}), journal, Clock())  # type: ignore[arg-type]  # all of a clock it uses
    assert upkeep.look()
    (row,) = (row for row in journal.outbox(9) if row.type == "logs.batch")
    assert [(one["body"]["n"], one["body"]["account"]) for one in row.body["rows"]] == [
        (2, "***"),
        (3, "***"),
        (4, "***"),
    ]
    assert row.body["dropped"] == 2
    assert not upkeep.look()


def test_keys_go_when_their_time_is_over(journal: Journal) -> None:
    clock = Clock()
    upkeep = Upkeep(configuration.load([], {}), journal, clock)  # type: ignore[arg-type]  # all of a clock it uses
    journal.append(
        "s1", Occurred(1, BEGAN_MS, SpeechStarted()), [Speak("k", "张伟您好"), CloseSession("s1", "done", "x")]
    )
    clock.now += 180 * DAY_MS
    upkeep.look()
    assert journal.effects("s1")[0] == Speak("k", "张伟您好")
    clock.now += 2 * DAY_MS
    assert upkeep.look()
    with pytest.raises(GuitaiError, match=r"key_destroyed"):
        journal.effects("s1")


def test_what_could_not_be_forgotten_at_a_session_s_end_is_forgotten_later(journal: Journal) -> None:
    for session_id in ("s1", "s2"):
        journal.append(session_id, Occurred(1, BEGAN_MS, SpeechStarted()), ())
        journal.vault_put(session_id, "sms", "123456")
    journal.append("s1", Occurred(2, BEGAN_MS, SpeechStarted()), (CloseSession("s1", "done", "x"),))
    assert journal.vault_leftovers() == ("s1",)
    Upkeep(configuration.load([], {}), journal, Clock()).look()  # type: ignore[arg-type]  # all of a clock it uses
    assert (journal.vault_get("s1", "sms"), journal.vault_get("s2", "sms")) == (None, "123456")


@pytest.mark.parametrize("code", ["journal.disk_full", "journal.failed"])
def test_a_journal_that_cannot_write_for_a_moment_does_not_end_core(
    journal: Journal, monkeypatch: pytest.MonkeyPatch, code: str
) -> None:
    upkeep = Upkeep(configuration.load([], {}), journal, Clock())  # type: ignore[arg-type]  # all of a clock it uses
    with monkeypatch.context() as broken:
        broken.setattr(journal, "queue_logs", refuse(code))
        with structlog.testing.capture_logs() as logged:
            assert not upkeep.look()
        assert [line["code"] for line in logged] == [code]
    upkeep.look()


def test_a_journal_that_is_damaged_is_not_waited_for(journal: Journal, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(journal, "queue_logs", refuse("journal.corrupt"))
    with pytest.raises(GuitaiError, match=r"corrupt"):
        Upkeep(configuration.load([], {}), journal, Clock()).look()  # type: ignore[arg-type]  # all of a clock it uses


def refuse(code: str) -> Callable[[int], int]:
    def queue_logs(_now_ms: int) -> int:
        raise GuitaiError(code, path="journal.db", reason="disk I/O error")

    return queue_logs
