"""Is the store what was stored: random damage, older copies, lost keys; and an audit while others write."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from click.testing import CliRunner

from guitai.cli.main import cli
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.tables import KEYS_DESTROYED, lane_of
from headquarters import ledger
from headquarters.audit import verify
from headquarters.engine import Where
from headquarters.store import Arrival, Store
from tests.unit.hq import mutations

MUTATIONS = 300


def sample(kiosk: str, days: int = 3, each: int = 4) -> list[OutboxRow]:
    """Return rows of three lanes over some days, the first of which is destroyed at the end; one row is missing."""
    rows: list[OutboxRow] = []
    heads: dict[str, tuple[int, str]] = {}

    def say(type_: str, day: int, **body: object) -> None:
        lane = lane_of(type_)
        last, previous = heads.get(lane, (0, GENESIS))
        id_, at_ms = f"{kiosk}.{len(rows)}", day * 86_400_000 + len(rows)
        hash_ = chain_hash(previous, lane, last + 1, id_, type_, f"S{day}", at_ms, body)
        rows.append(OutboxRow(lane, last + 1, id_, type_, f"S{day}", at_ms, previous, hash_, body))
        heads[lane] = (last + 1, hash_)

    for day in range(days):
        for n in range(each):
            say("voice.said", day, text=f"第{n}句", language="zh")
            say("risk.decided", day, risk_ref=f"r{n}", decision={"level": "low"})
            say("session.opened", day, rules_hash="0" * 64)
    say(KEYS_DESTROYED, days, data_class="C2", days=["1970-01-01"])
    return rows


def fill(store: Store) -> None:
    for kiosk in ("kiosk-001", "kiosk-002"):
        arrivals = [Arrival("heping", kiosk, row) for row in sample(kiosk)]
        del arrivals[-4]  # one of the last rows is missing: what follows it waits
        for at in range(0, len(arrivals), 5):
            store.add(arrivals[at : at + 5], 1000 + at)
    ledger.anchor(store.connection)


@pytest.fixture
def store(place: Where) -> Iterator[Store]:
    with closing(Store(place)) as store:
        fill(store)
        yield store


def test_damage_of_every_kind_is_found(store: Store) -> None:
    found = verify(store.connection)
    assert (found.fault, found.kiosks, found.events, found.destroyed) == ("", 2, 72, 16)
    assert mutations.unnoticed(store.connection, MUTATIONS, 5, lambda: verify(store.connection).fault) == []


def test_an_audit_sees_one_state_while_others_write(place: Where, store: Store) -> None:
    missing = sample("kiosk-001")[-4]
    with closing(Store(place)) as other, store.connection.snapshot():
        assert store.connection.execute("SELECT COUNT(*) AS n FROM events").fetchone()["n"] == 72
        other.add([Arrival("heping", "kiosk-001", missing)], 5000)
        ledger.anchor(other.connection)
        assert store.connection.execute("SELECT COUNT(*) AS n FROM events").fetchone()["n"] == 72
    assert (verify(store.connection).fault, verify(store.connection).events) == ("", 73)


def test_an_older_copy_in_the_place_of_the_store_is_found(tmp_path: Path) -> None:
    path = tmp_path / "hq.sqlite3"
    with closing(Store(path)) as store:
        store.add([Arrival("heping", "kiosk-001", row) for row in sample("kiosk-001")[:9]], 1)
    shutil.copy(path, tmp_path / "older")
    with closing(Store(path)) as store:
        fill(store)
    (tmp_path / "older").rename(path)
    with closing(Store(path)) as store:
        assert "kiosk-002: its ledger is gone" in verify(store.connection).fault
        store.add([Arrival("heping", "kiosk-002", row) for row in sample("kiosk-002")[:9]], 1)
        assert "this is an older copy" in verify(store.connection).fault


def test_another_keyring_does_not_hold(tmp_path: Path) -> None:
    path = tmp_path / "hq.sqlite3"
    with closing(Store(path)) as store:
        fill(store)
    (tmp_path / "store.keyring").unlink()
    with closing(Store(path)) as store:
        assert "the seal is not of entry" in verify(store.connection).fault


def test_a_lost_key_is_told_from_a_destroyed_one(tmp_path: Path) -> None:
    with closing(Store(tmp_path / "hq.sqlite3")) as store:
        fill(store)
        store.connection.sealing.keys._connection.execute("DELETE FROM day_keys WHERE day = 1")
        assert "the key of" in verify(store.connection).fault


def test_a_store_of_an_older_version_is_taken_over_once(tmp_path: Path) -> None:
    path = tmp_path / "hq.sqlite3"
    with closing(Store(path)) as store:
        fill(store)
        store.connection.execute("DELETE FROM ledger")
        store.connection.execute("DELETE FROM ledger_heads")
        assert "its ledger is gone" in verify(store.connection).fault
    with closing(Store(path)) as store:  # there was one: nobody begins another
        assert "its ledger is gone" in verify(store.connection).fault
        store.connection.sealing.keys._connection.execute("DELETE FROM anchors")
    with closing(Store(path)) as store:
        assert verify(store.connection).fault == ""
        fill(store)
        assert verify(store.connection).fault == ""


def test_the_command_says_so_in_words_and_in_json(tmp_path: Path) -> None:
    environment = {"GUITAI__PATHS__STATE": str(tmp_path), "GUITAI__PATHS__KEYRING": str(tmp_path)}
    runner = CliRunner()
    absent = runner.invoke(cli, ["audit", "verify", "--store"], env=environment)
    assert absent.exit_code == 1
    with closing(Store(tmp_path / "headquarters.sqlite3")) as store:
        fill(store)
        good = runner.invoke(cli, ["audit", "verify", "--store"], env=environment)
        assert (good.exit_code, good.output) == (
            0, "untouched: 2 kiosks, 16 entries, 72 events, 16 events with destroyed fields\n",
        )  # fmt: skip
        store.connection.execute("UPDATE events SET received_ms = 1 WHERE lane = 'money' AND sequence = 2")
        bad = runner.invoke(cli, ["audit", "verify", "--store", "--json"], env=environment)
    assert bad.exit_code == 1
    assert json.loads(bad.output)["fault"] == "kiosk-001: money 2 is not what was stored"
