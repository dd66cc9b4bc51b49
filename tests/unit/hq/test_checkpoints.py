"""Checkpoints that a real journal's device signed, against what headquarters stored: agreement, and every disagreement."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import orjson
import pytest

from guitai.journal import Journal
from guitai.journal.checkpoints import EVERY_MS, Signing
from guitai.messages.face import CameraState
from guitai.messages.session import Occurred
from guitai.messages.sync import OutboxRow, chain_hash
from guitai.tables import CHECKPOINT
from headquarters import checkpoints, fleet
from headquarters.checkpoints import AGREES, OLDER, authority_of, check_open
from headquarters.engine import Where
from headquarters.pki import issue, provision
from headquarters.store import Arrival, Store
from tests.unit.journal.conftest import KEY
from tests.unit.journal.sample import START_MS

NOW = START_MS + 5 * EVERY_MS
KIOSK = "kiosk-001"
CHECKPOINTS = 4


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("keys")
    provision(folder, KIOSK)
    return folder


@pytest.fixture(scope="module")
def rows(keys: Path, tmp_path_factory: pytest.TempPathFactory) -> list[OutboxRow]:
    """What a journal with some checkpoints sends."""
    path = tmp_path_factory.mktemp("journal") / "journal.db"
    with closing(Journal.open(path, KEY, KIOSK, signing=Signing.of(keys, keys / "journal.anchor"))) as journal:
        for n in range(9):
            at_ms = START_MS + n * EVERY_MS // 3
            journal.append("s1", Occurred(n + 1, at_ms, CameraState("frozen" if n % 2 else "ok")), [])
    with closing(Journal.open(path, KEY, KIOSK)) as journal:
        found = list(journal.outbox(999))
    assert sum(row.type == CHECKPOINT for row in found) == CHECKPOINTS
    return found


@pytest.fixture
def store(place: Where) -> Iterator[Store]:
    with closing(Store(place)) as store:
        yield store


def take(store: Store, rows: list[OutboxRow], kiosk: str = KIOSK) -> None:
    store.add([Arrival("heping", kiosk, row) for row in rows], NOW)


def verdicts(store: Store) -> list[str | None]:
    found = store.connection.execute("SELECT verdict FROM checkpoints ORDER BY kiosk, sequence")
    return [row["verdict"] for row in found]


def forged(rows: list[OutboxRow], **changes: object) -> list[OutboxRow]:
    """Return the lane of checkpoints with the last one's body changed, chained anew as its sender would."""
    audit = [row for row in rows if row.lane == "audit"]
    last = max(n for n, row in enumerate(audit) if row.type == CHECKPOINT)
    audit, row = audit[: last + 1], audit[last]
    body = {key: value for key, value in (row.body | changes).items() if value is not None}
    digest = chain_hash(row.previous_hash, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, body)
    return [*(one for one in rows if one.lane != "audit"), *audit[:-1], replace(row, hash=digest, body=body)]


def test_what_fits_agrees_and_gives_no_alarm(store: Store, rows: list[OutboxRow], keys: Path) -> None:
    take(store, rows)
    assert check_open(store.connection, authority_of(keys), NOW) == 0
    assert verdicts(store) == [AGREES]  # the newest


def test_a_checkpoint_waits_for_the_rows_it_names(store: Store, rows: list[OutboxRow], keys: Path) -> None:
    named = [row for row in rows if row.lane == "session"]
    take(store, [row for row in rows if row.lane == "audit"])
    assert check_open(store.connection, authority_of(keys), NOW) == 0
    assert set(verdicts(store)) <= {None, AGREES}
    assert None in verdicts(store)
    take(store, named)
    take(store, rows)
    assert check_open(store.connection, authority_of(keys), NOW) == 0
    assert verdicts(store) == [AGREES]


def test_a_row_that_is_another_here_gives_alarm_for_a_day(store: Store, rows: list[OutboxRow], keys: Path) -> None:
    take(store, rows)
    store.connection.execute("INSERT INTO fleet VALUES(?, 'heping', 1, ?, 0, 0, 0, 0, 5)", (KIOSK, NOW))
    last = max((row for row in rows if row.lane == "session"), key=lambda row: row.sequence)
    store.connection.execute(
        "UPDATE events SET hash = ? WHERE lane = 'session' AND sequence = ?", ("0" * 64, last.sequence)
    )
    assert check_open(store.connection, authority_of(keys), NOW) >= 1
    assert f"session {last.sequence} is another row here" in verdicts(store)
    [kiosk] = fleet.kiosks(store.connection)
    assert list(fleet.alarms(kiosk, NOW + 1)) == ["checkpoint"]
    assert list(fleet.alarms(kiosk, NOW + 2 * fleet.DAY_MS)) == []


@pytest.mark.parametrize(
    "changes",
    [
        {"n": 7},
        {"chain": "0" * 64},
        {"lanes": {"session": [1, "0" * 64]}},
        {"lanes": {"session": "x"}},
        {"lanes": {}},
        {"certificate": "x"},
        {"signature": "00"},
        {"signature": None},
        {"lanes_signature": "zz"},
        {"lanes_signature": None},
    ],
)
def test_whatever_its_device_did_not_sign_is_bad(
    store: Store, rows: list[OutboxRow], keys: Path, changes: dict[str, object]
) -> None:
    take(store, forged(rows, **changes))
    assert check_open(store.connection, authority_of(keys), NOW) == 1


def test_another_kiosks_or_authoritys_certificate_does_not_count(
    store: Store, rows: list[OutboxRow], keys: Path, tmp_path: Path
) -> None:
    issue(keys, "other", "kiosk-002")
    take(store, forged(rows, certificate=(keys / "other.crt").read_text()))
    provision(tmp_path / "elsewhere", KIOSK)
    assert check_open(store.connection, authority_of(keys), NOW) == 1
    take(store, rows, "kiosk-003")
    assert check_open(store.connection, authority_of(keys), NOW) == CHECKPOINTS  # signed for kiosk-001
    assert checkpoints.judge(
        store.connection, authority_of(tmp_path / "elsewhere"), KIOSK, rows_body(rows)
    ) == "certificate or shape: not of this authority"  # fmt: skip


def test_an_older_kiosk_that_sends_no_certificate_gives_no_alarm(
    store: Store, rows: list[OutboxRow], keys: Path
) -> None:
    take(store, forged(rows, certificate=None, lanes=None, lanes_signature=None))
    assert check_open(store.connection, authority_of(keys), NOW) == 0
    assert verdicts(store) == [OLDER]


def rows_body(rows: list[OutboxRow]) -> dict[str, object]:
    body: dict[str, object] = orjson.loads(orjson.dumps(next(row for row in rows if row.type == CHECKPOINT).body))
    return body
