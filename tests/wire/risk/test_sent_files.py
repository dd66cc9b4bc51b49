"""Core takes signed files from headquarters over its socket, and says by their code why it refuses one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from guitai.config import Config
from guitai.daemon import Daemon
from guitai.episodes.core import BlindEyes, SilentVoice
from guitai.messages.knowledge import Board
from guitai.shell.board import DayBoard
from guitai.shell.parts import Parts
from guitai.shell.rulebook import Rulebook
from guitai.shell.watchlist import Watcher
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import BoardFile, WatchFile
from guitai.wire.sockets import connect, serve
from tests.unit.risk.signing import make_keys, signed, text_of
from tests.unit.risk.test_daemon import Away


@pytest.fixture
async def sync(config: Config, tmp_path: Path):
    make_keys(tmp_path)
    (config.paths.keys / "journal.key").write_text("11" * 32 + "\n")
    nobody: Any = Away()
    parts = Parts(voice=SilentVoice, eyes=BlindEyes, devices=lambda *_: nobody, host=lambda _: nobody)
    daemon = Daemon(config, parts)
    async with serve(config.paths.run / "core.sock", daemon._server.handle):
        stream = await connect(config.paths.run / "core.sock")
        await stream.send("hello", role="sync")

        async def command(name: str, **data: Any) -> dict[str, Any]:
            await stream.send("command", name=name, data=data)
            async for frame in stream:
                if frame.type in ("command-result", "error"):
                    return frame.data
            raise AssertionError("core hung up")

        yield command
        stream.close()
    daemon._journal.close()


async def test_rules_sent_are_in_use(sync, config: Config, tmp_path: Path) -> None:
    file = signed(tmp_path, config.paths.keys, 2).read_text()
    assert await sync("risk.rules_sent", file=file) == {"status": "accepted", "reason": "", "serial": 0}
    book = Rulebook(config.paths.state, config.paths.keys)
    assert book.current().champion == text_of(2)
    assert await sync("risk.rules_sent", file=file) == {"status": "rejected", "reason": "risk.older", "serial": 0}
    later = signed(tmp_path, config.paths.keys, 3).read_text()
    assert (await sync("risk.rules_sent", file=later, trial=True))["status"] == "accepted"
    assert (book.current().champion, book.current().challenger) == (text_of(2), text_of(3))


async def test_a_watch_list_sent_is_in_place(sync, config: Config) -> None:
    body = WatchFile(version=1, made_ms=0, expires_ms=2**50, tags=["0" * 32])
    payload = sign(body, load_private(config.paths.keys / "command.key")).decode()
    assert (await sync("risk.watch_list_sent", file=payload))["status"] == "accepted"
    assert Watcher(config.paths.state, config.paths.keys).of_card("0" * 32, 0) == "listed"


async def test_a_board_sent_is_in_place_until_it_is_too_old(sync, config: Config) -> None:
    board = DayBoard(config.paths.state, config.paths.keys)
    assert board.current() == Board()
    body = BoardFile(version=1, made_ms=0, expires_ms=2**50, values={"usd_sell": "712.30"})
    payload = sign(body, load_private(config.paths.keys / "command.key")).decode()
    assert (await sync("knowledge.board_sent", file=payload))["status"] == "accepted"
    assert board.current() == Board((("usd_sell", "712.30"),), 2**50)
    assert (await sync("knowledge.board_sent", file=payload))["reason"] == "risk.older"


@pytest.mark.parametrize("file", ["", "{}", "{", '{"signature": "AAAA"}'])
async def test_what_is_not_signed_is_refused(sync, config: Config, file: str) -> None:
    for name in ("risk.rules_sent", "risk.watch_list_sent", "knowledge.board_sent"):
        answer = await sync(name, file=file)
        assert answer["status"] == "rejected"
        assert answer["reason"] in ("risk.bad_signature", "risk.not_signed_file")
    assert Rulebook(config.paths.state, config.paths.keys).current().champion == ""


async def test_what_is_no_file_is_refused_not_a_silence(sync) -> None:
    assert (await sync("risk.rules_sent", rules=1))["reason"] == "wire.bad_data"
