"""Customers full of canaries, and the ways their traces take: journal, logs, export, broker, headquarters."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import shutil
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from firmware_bridge.drivers.id_card import IdCard
from guitai import logs
from guitai.chaos.canaries import spellings
from guitai.chaos.core import LightCore
from guitai.config import Config, Paths
from guitai.episodes.ground import Ground
from guitai.journal import Journal
from guitai.scenarios import identity
from guitai.scenarios.hands import NEW_PIN
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.model import Scenario
from guitai.scenarios.people import PIN
from guitai.scenarios.play import Player
from guitai.shell.records import open_journal
from guitai.shell.server import Server
from guitai.tables import KEYRING
from guitai.wire.mqtt import Connected, Message, MqttLink
from guitai.wire.sockets import serve
from tests.fixtures.hq.world import World, end
from tests.replay.scenarios.book import scenario, turn, world

QUIET_S = 0.5
SPOKEN_PIN = "739251"
CARD, ID_NUMBER = "6217000099887766554", "33010619750616002X"
PHONE = "13958172634"
HOLDER, PAYEE, STRANGER = "欧阳海棠", "慕容雪雁", "司徒明月"
PAYEE_ACCOUNT = "6228480402564890018"
FACE = bytes(range(200, 248)) * 2

NEVER = {
    "PIN": PIN, "new PIN": NEW_PIN, "spoken PIN": SPOKEN_PIN, "card number": CARD, "ID number": ID_NUMBER, "face": FACE,
    "phone": PHONE, "payee's account": PAYEE_ACCOUNT,
}  # fmt: skip
"""May stand nowhere outside an encrypted file, not even in an export."""

NAMED = {"holder": HOLDER, "payee": PAYEE, "stranger": STRANGER}
"""May stand in an export that an operator asks for, in no log, no file of the kiosk, and in nothing that is sent."""

SETUP = world(
    customer={"age": 51, "identity_ok": True, "language": "zh-CN", "name": HOLDER, "phone": PHONE},
    accounts={"main": {"kind": "debit_I", "balance_fen": 5_200_000, "status": "normal", "card_no": CARD}},
    payees={PAYEE: {"account_no": PAYEE_ACCOUNT, "bank": "本行", "first_transfer": True}},
)
SAYS = (
    f"我的密码是{SPOKEN_PIN}",
    "密码七三九二五一",
    f"我叫{HOLDER}，身份证号{ID_NUMBER}",
    f"卡号{CARD}，手机{PHONE}",
    f"我老婆叫{STRANGER}",
)
SCENARIOS = (
    scenario(*(turn("say", text) for text in SAYS), turn("say", f"给{PAYEE}转五百块，账号{PAYEE_ACCOUNT}"),
             turn("touch", "confirm"), turn("sms_ok"), turn("touch", "confirm"), turn("take_card"), setup=SETUP),
    scenario(turn("say", "我要改密码"), turn("touch", "confirm"), turn("show_id"), turn("pin_new_set"),
             turn("take_card"), setup=SETUP),
    scenario(turn("say", f"我要找人工，密码是{SPOKEN_PIN}，给{PAYEE}转八万"), turn("touch", "human"),
             turn("teller accept"), turn("say", f"身份证{ID_NUMBER}"), turn("teller decide", "reject"),
             turn("take_card"), setup=SETUP),
)  # fmt: skip


def forms(values: dict[str, Any]) -> dict[str, frozenset[bytes]]:
    return {name: spellings(value) for name, value in values.items()}


def key_material(*folders: Path) -> dict[str, frozenset[bytes]]:
    """The secret of every private file in folders of keys, in the ways it may be written elsewhere."""
    found: dict[str, frozenset[bytes]] = {}
    for file in sorted(one for folder in folders for one in folder.glob("*.key")):
        text = file.read_text().strip()
        if "PRIVATE KEY" in text:
            key = load_pem_private_key(text.encode(), None)
            text = max(text.splitlines()[1:-1], key=len)
            der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
            found[file.name] = spellings(text) | {der[-48:], der[-48:].hex().encode()}
        else:
            found[file.name] = frozenset({text.encode(), text.upper().encode(), bytes.fromhex(text)})
    return found


class KeepingGround(Ground):
    """Keeps what each run leaves; one session after the other stands in the same journal."""

    keep = Path()

    def run(self, live: Callable[[Path], Coroutine[Any, Any, None]]) -> list[str]:
        async def kept(folder: Path) -> None:
            await live(folder)
            shutil.copytree(folder, self.keep, dirs_exist_ok=True)

        found = super().run(kept)
        for file in (self.keep / "state").glob("journal.db*"):
            shutil.copy(file, self.fresh / "state")
        return found


def play(scenarios: Sequence[Scenario], models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Play them with the real log at its most talkative; return the folder of what they left (``kiosk.log`` in it)."""
    keep = folder / "kept"
    monkeypatch.setattr(identity, "IdCard", functools.partial(IdCard, photo=FACE))
    ground = KeepingGround()
    ground.keep = keep
    with ground, (folder / "kiosk.log").open("w", encoding="utf-8") as log, contextlib.redirect_stderr(log):
        logs.set_up("core", Config(log_level="debug"))
        player = Player(ground, Hearing(Config(paths=Paths(models=models, state=folder / "state"))))
        broke = [text for one in scenarios for text in player.play(one).broke]
        sys.stderr.flush()
    assert not broke
    return keep


async def played(scenarios: Sequence[Scenario], models: Path, folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`play` beside the test's own loop: a scenario has a loop with virtual time."""
    return await asyncio.to_thread(play, scenarios, models, folder, monkeypatch)


@contextlib.asynccontextmanager
async def delivered(kept: Path, folder: Path) -> AsyncIterator[tuple[World, list[Message], Journal]]:
    """Send the journal's outbox through the real sync, broker and headquarters; yield when it is empty.

    The messages are all that the broker was given, by a tap that may read everything.
    """
    there = World(folder)
    there.environment["GUITAI__LOG_LEVEL"] = "debug"
    paths = there.config.paths
    shutil.copytree(kept / "state", paths.state, dirs_exist_ok=True)
    shutil.copy(kept / "keys" / "journal.key", paths.keys)
    shutil.copy(kept / "state" / "journal.db-keyring", paths.keys / KEYRING)
    journal = open_journal(there.config)
    core = serve(paths.run / "core.sock", Server(LightCore(journal), simulated=False).handle)
    with contextlib.closing(journal):
        async with core, there.broker, MqttLink(there.endpoint("hq", "tap"), ["bank/v1/#"]) as tap:
            assert isinstance(await tap.next(), Connected)
            children = [await there.child(name) for name in ("hq", "sync")]
            try:
                yield there, await _until_empty(journal, tap), journal
            finally:
                for child in children:
                    await end(child)


async def _until_empty(journal: Journal, tap: MqttLink) -> list[Message]:
    """Return what the tap heard until nothing waits any more, and what it had not yet told by then."""
    tapped: list[Message] = []
    async with asyncio.timeout(90):
        while True:
            waiting = journal.outbox_size()
            try:
                what = await asyncio.wait_for(tap.next(), QUIET_S)
            except TimeoutError:
                if not waiting:
                    return tapped
                continue
            if isinstance(what, Message):
                tapped.append(what)
