"""A watch list too long to travel is told of once, not every few seconds."""

from __future__ import annotations

from pathlib import Path

import pytest
from structlog.testing import capture_logs

from guitai.wire.commands import load_private
from guitai.wire.mqtt import Endpoint, MqttLink
from guitai.wire.tls import Identity
from headquarters.commander import Commander
from headquarters.pki import provision
from headquarters.review.handing import FILES, MOST_BYTES, Handing
from headquarters.review.nightly import Reviews
from headquarters.store import Store
from tests.fixtures.hq.clock import StandingClock


@pytest.fixture
def handing(tmp_path: Path):
    provision(tmp_path, "kiosk-001")
    key = load_private(tmp_path / "command.key")
    store = Store(tmp_path / "hq.sqlite3")
    line = MqttLink(Endpoint("127.0.0.1", 1, 20, "hq", Identity.of(tmp_path, "headquarters")), ())
    yield Handing(store.connection, Reviews(store.connection, key), Commander(line, key, StandingClock()), tmp_path)
    store.close()


async def test_a_list_too_long_is_told_of_once_and_again_when_it_changes(handing: Handing, tmp_path: Path) -> None:
    with capture_logs() as logs:
        for size in (MOST_BYTES + 1, MOST_BYTES + 1, MOST_BYTES + 2):
            (tmp_path / FILES["risk.watch_list_sent"]).write_bytes(b"x" * size)
            await handing.round()
    assert [(entry["event"], entry["bytes"]) for entry in logs] == [
        ("file too long to send, bring it by hand", MOST_BYTES + 1),
        ("file too long to send, bring it by hand", MOST_BYTES + 2),
    ]
