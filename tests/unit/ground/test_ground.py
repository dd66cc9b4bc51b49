"""Money, errors, configuration, logs and the codec."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai import config, logs
from guitai.errors import GuitaiError, all_codes, error_text
from guitai.messages import codec
from guitai.messages.cash import NotesTaken
from guitai.messages.touch import Pressed
from guitai.money import Fen, format_yuan, parse_yuan, short_yuan, yuan
from guitai.tables import LANES, PROCESSES, lane_of


@given(st.integers(-(10**12), 10**12))
def test_money_survives_writing_and_reading(amount: int) -> None:
    assert parse_yuan(format_yuan(Fen(amount))) == amount


@pytest.mark.parametrize("text", ["", "一百", "1.234", "nan", "inf"])
def test_bad_amounts_are_refused(text: str) -> None:
    with pytest.raises(GuitaiError, match=r"money\.malformed"):
        parse_yuan(text)


def test_whole_yuan_are_short() -> None:
    assert (short_yuan(yuan(5000)), short_yuan(Fen(123))) == ("5,000", "1.23")


def test_every_code_has_chinese_english_and_a_next_step() -> None:
    for code in all_codes():
        text = error_text(code)
        assert text.zh, code
        assert text.en, code
        assert text.next, code


def test_an_unknown_code_is_an_error_at_once() -> None:
    with pytest.raises(KeyError):
        GuitaiError("no.such_code")


def test_missing_parameters_do_not_hide_the_error() -> None:
    assert "{path}" in str(GuitaiError("config.unreadable"))


def test_configuration_merges_files_then_environment(tmp_path: Path) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "a.toml").write_text('[kiosk]\nid = "k-1"\nbranch = "b-1"\n')
    (tmp_path / "b.toml").write_text('[kiosk]\nbranch = "b-2"\n')
    loaded = config.load([tmp_path / "b.toml"], {"GUITAI__MQTT__PORT": "1234"}, tmp_path / "etc")
    assert (loaded.kiosk.id, loaded.kiosk.branch, loaded.mqtt.port) == ("k-1", "b-2", 1234)


@pytest.mark.parametrize(
    ("text", "code", "word"),
    [
        ("[kiosk]\nname = 1", "config.unknown_key", "kiosk.name"),
        ("[mqtt]\nport = 0", "config.bad_value", "mqtt.port"),
        ('[sound]\nhandset = "device:pulse:ear"', "config.bad_value", "sound.handset"),
        ('[sound]\nhandset = "device"', "config.bad_value", "sound.handset"),
        ("[mqtt\n", "config.not_toml", "bad.toml"),
    ],
)
def test_bad_configuration_names_the_key(tmp_path: Path, text: str, code: str, word: str) -> None:
    (tmp_path / "bad.toml").write_text(text)
    with pytest.raises(GuitaiError, match=word) as caught:
        config.load([tmp_path / "bad.toml"], {}, tmp_path)
    assert caught.value.code == code


def test_secrets_are_masked_when_shown() -> None:
    loaded = config.load([], {"GUITAI__CONSOLE__CLIENT_SECRET": "geheim"}, Path("/nonexistent"))
    assert "geheim" not in str(config.dump(loaded))


def test_logs_lose_names_and_long_digits() -> None:
    event = {
        "event": "card 6217 0000 1234 3802 read",
        "text": "我想转账",
        "nested": {"phone": "138", "ok": ["13800138000"]},
    }
    out = str(logs.redact(None, "info", event))
    assert "6217" not in out
    assert "我想转账" not in out
    assert "138" not in out
    assert "3802" in out


def test_messages_survive_the_codec() -> None:
    event = NotesTaken(yuan(500))
    assert codec.event_from(codec.to_data(event)) == event


@pytest.mark.parametrize(
    ("data", "code"),
    [
        ({"type": "no.such"}, "wire.unknown_type"),
        ({"type": 5}, "wire.unknown_type"),
        ({"type": "touch.pressed"}, "wire.bad_data"),
        ({"type": "touch.pressed", "target": 5}, "wire.bad_data"),
        ({"type": "touch.pressed", "target": "a", "x": 1}, "wire.bad_data"),
    ],
)
def test_malformed_messages_are_refused(data: dict, code: str) -> None:
    with pytest.raises(GuitaiError) as caught:
        codec.event_from(data)
    assert caught.value.code == code


def test_effects_and_events_do_not_share_a_table() -> None:
    assert codec.name_of(Pressed("a")) in codec.EVENTS
    assert not codec.EVENTS.keys() & codec.EFFECTS.keys()


def test_every_message_has_a_lane_and_every_process_a_budget() -> None:
    assert all(lane_of(name) in LANES for name in (*codec.EVENTS, *codec.EFFECTS))
    assert all(process.memory_mb > 0 and process.cpu_percent > 0 for process in PROCESSES)
    assert (lane_of("cash.taken"), lane_of("handover.escalate"), lane_of("voice.said")) == (
        "money",
        "handover",
        "session",
    )
