"""What headquarters may set of a session is in the event that opens it, so that a replay goes by the same."""

from __future__ import annotations

from pathlib import Path

from guitai.config import Config, Paths, with_settings
from guitai.messages.codec import event_from, to_data
from guitai.messages.device import PrintReceipt
from guitai.messages.session import SessionOpened, StartTimer
from guitai.shell.opening import opening
from guitai.shell.rulebook import Rulebook
from tests.unit.session.host import Host

SET = {
    "kiosk.hotline": "400-820-0000", "phrasing.enabled": False, "session.idle_s": 60, "session.warning_s": 30,
    "session.teller_s": 300, "window.high_contrast": True, "window.large_print": True,
}  # fmt: skip


def opened(tmp_path: Path, values: dict[str, object]) -> SessionOpened:
    config = with_settings(Config(paths=Paths(state=tmp_path, keys=tmp_path)), values)
    config = config.model_copy(update={"phrasing": config.phrasing.model_copy(update={"url": "https://llm.bank/v1"})})
    return opening(config, Rulebook(tmp_path, tmp_path), 1_764_000_000_000, online=True, given_r=())


def waits(host: Host) -> list[int]:
    return [timer.after_ms for timer in host.all(StartTimer)]


def test_a_session_goes_by_what_was_set(tmp_path: Path) -> None:
    host = Host()
    host.happen(opened(tmp_path, SET))
    assert host.state.large
    assert host.state.high_contrast
    assert not host.state.phrasing
    assert waits(host) == [2 * 60_000]  # large print is waited for twice as long
    host.time_out()
    assert waits(host) == [2 * 60_000, 2 * 30_000]
    host.press("confirm")
    host.press("human")
    assert waits(host)[-1] == 300_000
    host.time_out()
    assert "客服热线 400-820-0000" in host.last(PrintReceipt).lines


def test_without_settings_it_goes_as_sessions_always_did(tmp_path: Path) -> None:
    event = opened(tmp_path, {})
    assert event.phrasing
    recorded = {key: value for key, value in to_data(event).items() if key not in {
        "hotline", "large", "high_contrast", "idle_ms", "warning_ms", "teller_ms"}}  # fmt: skip
    assert event_from(recorded) == event  # as a journal of an older version has it
