"""The watch list: keyed hashes with an expiry; stale, missing or damaged means no money, a list never had means none."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.risk.watch import WatchList, check, graver, tag_of
from guitai.shell.watchlist import Watcher
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import WatchFile
from headquarters.bank.customers import card_token

from .signing import make_keys

KEY = bytes.fromhex("5a" * 32)
BAD, GOOD = "6217000012349914471", "6217000012340003802"
NUMBERS = st.text("0123456789", min_size=6, max_size=30)


@given(NUMBERS)
def test_a_tag_is_a_card_token(number: str) -> None:
    assert tag_of(number, KEY) == card_token(number, KEY)
    assert tag_of(" ".join(number), KEY) == tag_of(number, KEY)


@given(st.frozensets(NUMBERS), NUMBERS, st.integers(0, 100), st.integers(0, 100))
def test_check(listed: frozenset[str], asked: str, expires_ms: int, now_ms: int) -> None:
    watch = WatchList(frozenset(tag_of(number, KEY) for number in listed), expires_ms)
    expected = "stale" if now_ms >= expires_ms else "listed" if asked in listed else "clear"
    assert check(watch, (tag_of(asked, KEY),), now_ms) == expected
    assert check(None, (tag_of(asked, KEY),), now_ms) == "stale"


def test_the_graver_answer_stays() -> None:
    assert graver("clear", "listed") == graver("listed", "clear") == "listed"
    assert graver("listed", "stale") == "stale"


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    return make_keys(tmp_path)


def made(folder: Path, keys: Path, version: int = 1, expires_ms: int = 1000) -> Path:
    body = WatchFile(version=version, made_ms=0, expires_ms=expires_ms, tags=[tag_of(BAD, KEY)])
    path = folder / f"w{version}.json"
    path.write_bytes(sign(body, load_private(keys / "command.key")))
    return path


def test_a_kiosk_that_never_had_a_list_asks_none(tmp_path: Path, keys: Path) -> None:
    assert Watcher(tmp_path / "state", keys).of_number(BAD, 0) == "clear"


def test_numbers_and_cards_are_looked_up(tmp_path: Path, keys: Path) -> None:
    watcher = Watcher(tmp_path / "state", keys)
    watcher.use(made(tmp_path, keys))
    assert watcher.of_number(BAD, 0) == "listed"
    assert watcher.of_number("6217 0000 1234 9914 471", 0) == "listed"
    assert watcher.of_number(GOOD, 0) == "clear"
    assert watcher.of_card(card_token(BAD, KEY), 0) == "listed"
    assert watcher.of_card(card_token(GOOD, KEY), 0) == "clear"
    assert watcher.of_number(GOOD, 1000) == "stale"


def test_a_later_list_takes_the_earlier_ones_place(tmp_path: Path, keys: Path) -> None:
    watcher = Watcher(tmp_path / "state", keys)
    watcher.use(made(tmp_path, keys))
    assert watcher.of_number(GOOD, 1500) == "stale"
    watcher.use(made(tmp_path, keys, 2, expires_ms=20_000))
    assert watcher.of_number(GOOD, 1500) == "clear"
    with pytest.raises(GuitaiError, match=r"risk\.older"):
        watcher.use(made(tmp_path, keys, 1))


def test_a_list_taken_away_or_changed_is_stale(tmp_path: Path, keys: Path) -> None:
    watcher = Watcher(tmp_path / "state", keys)
    watcher.use(made(tmp_path, keys))
    path = tmp_path / "state" / "watch" / "list.json"
    content = path.read_bytes()
    path.write_bytes(content.replace(b'"expires_ms":1000', b'"expires_ms":9999'))
    assert watcher.of_number(GOOD, 0) == "stale"
    path.unlink()
    assert watcher.of_number(GOOD, 0) == "stale"
    path.write_bytes(content)
    assert watcher.of_number(GOOD, 0) == "clear"


def test_the_key_missing_is_stale(tmp_path: Path, keys: Path) -> None:
    watcher = Watcher(tmp_path / "state", keys)
    watcher.use(made(tmp_path, keys))
    (keys / "card_token.key").unlink()
    assert watcher.of_number(GOOD, 0) == "stale"
