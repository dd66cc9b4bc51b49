"""Midnight comes once a day, and a review has a connection of its own."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from guitai.config import Config, Paths
from guitai.wire.commands import load_private, load_public
from guitai.wire.signed import RulesFile, read_signed
from headquarters.engine import where
from headquarters.pki import provision
from headquarters.review import cases as room
from headquarters.review.nightly import Reviews
from headquarters.review.nights import one_night, rules_file, seconds_to_midnight
from headquarters.store import Store

from .branches import FIRST_MS, labels, outcomes, stored

NIGHT = FIRST_MS + 86_400_000


@given(st.integers(FIRST_MS, FIRST_MS + 400 * 86_400_000))
def test_midnight_is_ahead_and_within_a_day(now_ms: int) -> None:
    wait_s = seconds_to_midnight(now_ms)
    assert 0 < wait_s <= 86_400
    then = datetime.fromtimestamp(now_ms / 1000 + wait_s).astimezone()
    assert (then.hour, then.minute) in ((0, 0), (23, 0), (1, 0))  # summer time may shift it by an hour


def test_a_rollback_leaves_signed_rules_behind(tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    provision(keys, "kiosk-001")
    config = Config(paths=Paths(state=tmp_path, keys=keys))
    store = Store(where(config))
    reviews = Reviews(store.connection, load_private(keys / "command.key"))
    for some, at_ms in ((outcomes(1500, 1), FIRST_MS), (outcomes(400, 5, telling="frequency"), NIGHT + 1000)):
        stored(store, some, at_ms)
        room.take_labels(store.connection, labels(tmp_path, some), at_ms)
        if at_ms == FIRST_MS:
            reviews.approve(one_night(config, NIGHT).run, "王敏", NIGHT)
    store.close()
    assert one_night(config, 2 * NIGHT).verdict == "rolled_back"
    assert read_signed(rules_file(tmp_path, 3), RulesFile, load_public(keys / "command.pub")).version == 3
