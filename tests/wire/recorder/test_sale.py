"""A sale through the real core and the real recorder: the order finds the recording in the journal, and its files agree."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge.recorder.chunks import film, read_manifest
from guitai.config import Config
from guitai.daemon import Daemon
from guitai.episodes.core import BlindEyes, SilentVoice
from guitai.messages.card import CardInserted, PinChecked
from guitai.messages.recording import RecordingFailed, RecordingFinished
from guitai.messages.touch import Entered, Pressed
from guitai.messages.view import ChoicePart
from guitai.shell.parts import Parts
from guitai.view import view
from tests.unit.session.host import Host
from tests.wire.recorder.test_recorder import KEY, kiosk, running, until

__all__ = ["kiosk"]  # the fixture

GIVES = ("pick:", "amount:")


class Quiet:
    """A neighbour that does nothing."""

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        async def nothing(*_: object) -> None:
            return None

        return nothing


class Devices(Quiet):
    card_token = "t" * 32

    def identities(self) -> dict[str, str]:
        return {}

    def forget_person(self) -> None:
        return None

    async def enter_pin(self, *_: object) -> bytes:
        return bytes(8)


class Bank(Quiet):
    """Obeys, and notes what stood in the journal when an order came."""

    def __init__(self) -> None:
        self.answers = Host().answers
        self.core: Daemon | None = None
        self.orders: list[tuple[Any, list[object]]] = []

    async def reachable(self) -> bool:
        return True

    async def look_up(self, effect: Any) -> Any:
        return self.answers(effect)[0]

    inquire = send_sms = look_up

    async def verify_pin(self, request_id: str, *_: object) -> PinChecked:
        return PinChecked(request_id, True, 3)

    async def check_sms(self, effect: Any, _code: str) -> Any:
        return self.answers(effect)[0]

    async def order(self, effect: Any) -> Any:
        assert self.core is not None
        journal = self.core._journal.events(self.core._state.session_id)
        self.orders.append((effect, [occurred.event for occurred in journal]))
        return self.answers(effect)[0]


def core_of(config: Config, bank: Bank) -> Daemon:
    (config.paths.keys / "journal.key").write_text("11" * 32)
    parts = Parts(voice=SilentVoice, eyes=BlindEyes, devices=lambda *_: Devices(), host=lambda _: bank)
    bank.core = Daemon(config, parts)
    return bank.core


async def buy(core: Daemon) -> None:
    """Touch what a customer who buys the first product touches, until it ends."""
    core.happen(CardInserted("t" * 32, "3802"))
    await until(lambda: core._state.stage == "open")
    core.happen(Pressed("start:wealth_products"))
    seen = None
    async with asyncio.timeout(60):
        while core._state.stage != "result":
            await asyncio.sleep(0.02)
            now = (core._state.stage, core._state.asking, core._state.speak_id)
            if now == seen:
                continue
            match core._state.stage:
                case "confirm":
                    core.happen(Pressed("confirm"))
                case "question":
                    core.happen(Pressed("met:yes"))
                case "sms":
                    core.happen(Entered("sms", "", "v1"))
                case "slot":
                    parts = [part for part in view(core._state, "").parts if isinstance(part, ChoicePart)]
                    there = [option.target for part in parts for option in part.options]
                    core.happen(Pressed(next(target for target in there if target.startswith(GIVES))))
                case _:
                    continue
            seen = now


async def sale(config: Config, *, camera: bool = True) -> tuple[Bank, list[object], str]:
    bank = Bank()
    core = core_of(config, bank)
    async with running(config, camera=camera):
        jobs = [asyncio.create_task(job) for job in core.jobs()]
        await until(lambda: core._recorder.connected)
        await buy(core)
        events = [occurred.event for occurred in core._journal.events(core._state.session_id)]
        for job in jobs:
            job.cancel()
        await asyncio.gather(*jobs, return_exceptions=True)
    outcome = core._state.outcome
    core._journal.close()
    return bank, events, outcome


async def test_the_recording_is_in_the_journal_before_the_order_goes_out(kiosk: Config) -> None:
    bank, _, outcome = await sale(kiosk)
    assert outcome == "wealth_products.done"
    ((order, before),) = bank.orders
    kept = next(event for event in before if isinstance(event, RecordingFinished))
    assert dict(order.params)["consent"] == kept.recording_id
    folder = kiosk.paths.state / kept.place
    manifest, sha256 = read_manifest(folder)
    assert (sha256, manifest.duration_ms) == (kept.sha256, kept.duration_ms)
    assert kept.duration_ms > 1_000  # the offer was read to its end, which takes this voice two seconds
    assert film(folder, manifest, bytes.fromhex(KEY))
    assert "刘" not in Path(folder / "manifest.json").read_text()


async def test_without_a_camera_no_order_goes_out(kiosk: Config) -> None:
    bank, events, outcome = await sale(kiosk, camera=False)
    assert outcome == "wealth_products.not_recorded"
    assert [event.code for event in events if isinstance(event, RecordingFailed)] == ["recording.no_camera"]
    assert not bank.orders


@pytest.mark.parametrize("key", ["", "zz"])
async def test_without_its_key_nothing_is_sold(kiosk: Config, key: str) -> None:
    (kiosk.paths.keys / "recording.key").write_text(key)
    bank, events, outcome = await sale(kiosk)
    assert outcome == "wealth_products.not_recorded"
    assert [event.code for event in events if isinstance(event, RecordingFailed)] == ["recording.no_key"]
    assert not bank.orders
