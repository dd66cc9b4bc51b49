"""Headquarters hands approved rules and the watch list to a kiosk over the real broker, each version once."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.wire.commands import load_private, sign
from guitai.wire.signed import BoardFile, WatchFile
from headquarters.review import cases as room
from headquarters.review.handing import FILES
from headquarters.review.nightly import Reviews
from tests.fixtures.hq.core import fake_core
from tests.fixtures.hq.world import World, eventually, short_folder
from tests.unit.review.branches import FIRST_MS, labels, outcomes, stored

pytestmark = pytest.mark.broker


def approve_rules(world: World) -> str:
    store = world.store()
    some = outcomes(1500, 1)
    stored(store, some)
    room.take_labels(store.connection, labels(world.folder, some), FIRST_MS)
    reviews = Reviews(store.connection, load_private(world.config.paths.keys / "command.key"))
    payload = reviews.approve(reviews.run(FIRST_MS).run, "王敏", FIRST_MS)
    store.close()
    return payload.decode()


def put(world: World, command: str, body: WatchFile | BoardFile) -> str:
    payload = sign(body, load_private(world.config.paths.keys / "command.key"))
    (Path(world.config.paths.state) / FILES[command]).write_bytes(payload)
    return payload.decode()


async def test_a_kiosk_gets_what_it_lacks_once() -> None:
    with short_folder() as folder:
        world = World(folder)
        rules = approve_rules(world)
        list_ = WatchFile(version=4, made_ms=0, expires_ms=2**50, tags=["0" * 32])
        watch = put(world, "risk.watch_list_sent", list_)
        figures = BoardFile(version=7, made_ms=0, expires_ms=2**50, values={"usd_sell": "712.30"})
        board = put(world, "knowledge.board_sent", figures)
        async with fake_core(folder / "core.sock") as core, world.broker, world.headquarters(), world.sync():
            await core.until(lambda: len(core.commands) >= 3)
            assert core.commands == [
                ("risk.rules_sent", {"file": rules}),
                ("risk.watch_list_sent", {"file": watch}),
                ("knowledge.board_sent", {"file": board}),
            ]
            store = world.store()
            given = "SELECT command, version FROM risk_sent ORDER BY command"
            await eventually(lambda: len(store.connection.execute(given).fetchall()) == 3)
            assert [tuple(row) for row in store.connection.execute(given)] == [
                ("knowledge.board_sent", 7),
                ("risk.rules_sent", 2),
                ("risk.watch_list_sent", 4),
            ]
            store.close()
