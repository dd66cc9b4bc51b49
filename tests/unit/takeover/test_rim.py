"""The rim around the session, in virtual time: answers after the journal, the lease's clock, signed approvals, a core that dies."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from guitai import session as core
from guitai.config import Config, Paths
from guitai.daemon import Daemon
from guitai.dialogue.state import Session
from guitai.episodes.core import BlindEyes, LoopClock, NoVideo, SilentVoice, WillingRecorder
from guitai.episodes.ground import Ground
from guitai.journal import Journal
from guitai.keys import read_key
from guitai.messages.card import CardInserted
from guitai.messages.codec import event_from
from guitai.messages.handover import Line
from guitai.messages.takeover import Approval, TellerBack, TellerLost, VideoGrant
from guitai.messages.touch import Pressed
from guitai.messages.view import View
from guitai.money import yuan
from guitai.shell.parts import Parts
from guitai.wire.approvals import is_signed, sign_approval
from tests.wire.recorder.test_sale import Bank, Devices

TELLER, OTHER = "0218", "0377"
KEY = Ed25519PrivateKey.generate()


class Watching(NoVideo):
    """Keeps what would go to the video process."""

    def __init__(self, config: Config, happen: Any, pointer: Any) -> None:
        super().__init__(config, happen, pointer)
        self.effects: list[Any] = []
        self.captions: list[Line] = []
        self.views: list[View] = []

    def carry_out(self, effect: Any) -> None:
        self.effects.append(effect)

    def caption(self, line: Line) -> None:
        self.captions.append(line)

    def show(self, view: View) -> None:
        self.views.append(view)


class Kiosk:
    """A daemon over files, which can be killed and started again."""

    def __init__(self, folder: Path) -> None:
        self.config = Config(paths=Paths(run=folder, state=folder / "state", models=folder, keys=folder / "keys"))
        public = KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
        (folder / "keys" / "command.pub").write_bytes(public)
        self.clock = LoopClock()
        self.start()

    def start(self) -> None:
        self.video: Watching | None = None
        key = read_key(self.config.paths.keys / "journal.key")

        def video(*given: Any) -> Watching:
            self.video = Watching(*given)
            return self.video

        def journal(config: Config) -> Journal:
            return Journal.open(config.paths.state / "journal.db", key, config.kiosk.id)

        self.daemon = Daemon(
            self.config,
            Parts(
                clock=self.clock, journal=journal, devices=lambda *_: Devices(), host=lambda _: Bank(), voice=SilentVoice,
                eyes=BlindEyes, recorder=WillingRecorder, video=video,
            ),
        )  # fmt: skip
        self.jobs = [asyncio.create_task(job) for job in self.daemon.jobs()]

    def kill(self) -> None:
        for job in self.jobs:
            job.cancel()
        self.daemon._journal.close()

    @property
    def state(self) -> Session:
        return self.daemon._state

    @property
    def events(self) -> list[Any]:
        return [occurred.event for occurred in self.daemon._journal.events(self.state.session_id)]

    async def call(self) -> None:
        self.daemon.happen(CardInserted("t" * 32, "3802"))
        await asyncio.sleep(1)
        self.daemon.happen(Pressed("human"))
        await asyncio.sleep(1)
        assert self.state.handover is not None
        self.escalation = self.state.handover.escalation_id

    async def send(self, name: str, teller: str = TELLER, /, **data: Any) -> str:
        said = {"type": name, "escalation_id": self.escalation, "teller_id": teller, **data}
        return await self.daemon.command(event_from(said))

    async def join(self, teller: str = TELLER) -> str:
        return await self.send("teller.joined", teller, teller_name="林", lease_ms=600_000, limit_fen=100_000)

    async def beat_for(self, seconds: float) -> None:
        for _ in range(int(seconds / 5)):
            await asyncio.sleep(5)
            assert await self.send("teller.beat") == ""


@pytest.fixture(scope="module")
def ground() -> Iterator[Ground]:
    with Ground() as ground:
        yield ground


def live(ground: Ground, story: Callable[[Kiosk], Awaitable[None]]) -> None:
    async def run(folder: Path) -> None:
        kiosk = Kiosk(folder)
        await asyncio.sleep(1)
        await kiosk.call()
        await story(kiosk)
        kiosk.kill()

    assert ground.run(run) == []


def test_an_answer_comes_once_the_command_is_in_the_journal(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        assert await kiosk.join() == ""
        assert type(kiosk.events[-1]).__name__ in ("TellerJoined", "Spoken")
        assert await kiosk.send("teller.said", text="您好") == ""
        assert "您好" in [getattr(event, "text", "") for event in kiosk.events]
        before = len(kiosk.events)
        assert await kiosk.send("teller.said", OTHER, text="我也来") == "not_lease_holder"
        assert "我也来" not in [getattr(event, "text", "") for event in kiosk.events[before:]]
        assert kiosk.video is not None
        assert Line("teller", "您好") in kiosk.video.captions
        assert kiosk.video.views[-1].teller_name == "林"

    live(ground, story)


def test_two_tellers_at_the_same_moment_and_one_gets_it(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        answers = await asyncio.gather(kiosk.join(TELLER), kiosk.join(OTHER))
        assert sorted(answers) == ["", "already_taken"]

    live(ground, story)


def test_beats_are_no_events_and_keep_the_lease_to_its_hard_end(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        before = len(kiosk.events)
        await kiosk.beat_for(595)
        assert [event for event in kiosk.events[before:] if type(event).__name__.startswith("Teller")] == []
        await asyncio.sleep(6)
        assert kiosk.state.handover is None
        assert await kiosk.send("teller.beat") == "no_escalation"

    live(ground, story)


def test_a_silent_console_is_lost_after_15_s_and_its_lease_over_after_45(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        await asyncio.sleep(14)
        assert kiosk.state.handover is not None
        assert not kiosk.state.handover.lost
        await asyncio.sleep(2)
        assert kiosk.state.handover.lost
        assert await kiosk.send("teller.said", text="喂") == "teller_lost"
        await asyncio.sleep(27)
        assert kiosk.state.handover is not None
        await asyncio.sleep(3)
        assert kiosk.state.handover is None

    live(ground, story)


def test_a_console_that_beats_again_or_rejoins_is_back(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        await asyncio.sleep(20)
        assert await kiosk.send("teller.beat") == ""
        await asyncio.sleep(2)
        assert kiosk.state.handover is not None
        assert not kiosk.state.handover.lost
        assert [type(event) for event in kiosk.events if isinstance(event, TellerLost | TellerBack)] == [
            TellerLost,
            TellerBack,
        ]
        await asyncio.sleep(20)
        assert await kiosk.join() == ""
        assert await kiosk.send("teller.said", text="回来了") == ""
        await kiosk.beat_for(60)
        assert await kiosk.send("teller.said", text="还在") == ""

    live(ground, story)


def test_only_headquarters_signs_an_approval(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        expires = kiosk.clock.unix_ms() + 60_000
        plain = Approval("A1", kiosk.escalation, "dispense", yuan(5_000), "0901", expires, "")
        deed = {"operation": "dispense", "reason": "急用", "amount_fen": 500_000, "approval_id": "A1"}
        for forged in (
            plain,
            sign_approval(plain, Ed25519PrivateKey.generate()),
            replace(sign_approval(plain, KEY), amount_fen=yuan(9_000)),
        ):
            answer = await kiosk.send("teller.operated", **deed, approval=msgspec.to_builtins(forged))
            assert answer == "approval_forged"
        signed = sign_approval(plain, KEY)
        assert is_signed(signed, KEY.public_key())
        assert await kiosk.send("teller.operated", **deed, approval=msgspec.to_builtins(signed)) == ""

    live(ground, story)


def test_a_core_that_dies_again_and_again_gives_a_silent_teller_no_more_time(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        await kiosk.beat_for(20)
        for _ in range(4):
            await asyncio.sleep(10)
            assert kiosk.state.handover is not None
            kiosk.kill()
            kiosk.start()
            await asyncio.sleep(1)
        await asyncio.sleep(3)
        assert kiosk.state.handover is None

    live(ground, story)


def test_a_core_that_cannot_know_when_the_teller_was_heard_takes_them_for_lost_until_they_beat(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        kiosk.kill()
        (kiosk.config.paths.run / "lease.beat").unlink()
        kiosk.start()
        await asyncio.sleep(1)
        assert kiosk.state.handover is not None
        assert kiosk.state.handover.lost
        assert await kiosk.send("teller.beat") == ""
        await asyncio.sleep(2)
        assert kiosk.state.handover is not None
        assert not kiosk.state.handover.lost

    live(ground, story)


def test_a_core_that_dies_keeps_the_lease_no_longer_than_its_beats(ground: Ground) -> None:
    async def story(kiosk: Kiosk) -> None:
        await kiosk.join()
        await kiosk.beat_for(20)
        kiosk.kill()
        await asyncio.sleep(5)
        kiosk.start()
        await asyncio.sleep(1)
        assert kiosk.state.handover is not None
        assert kiosk.state.handover.teller_id == TELLER
        assert kiosk.video is not None
        assert any(isinstance(effect, VideoGrant) for effect in kiosk.video.effects)
        assert await kiosk.send("teller.said", text="还连着") == ""
        again = core.initial()
        for occurred in kiosk.daemon._journal.events(kiosk.state.session_id):
            again, _ = core.step(again, occurred)
        assert again == kiosk.state
        await asyncio.sleep(46)
        assert kiosk.state.handover is None

    live(ground, story)
