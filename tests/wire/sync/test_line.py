"""The line itself: who may connect, what is skipped, what a kiosk refuses; over a real broker."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace

import pytest

from guitai.wire.cloudevents import source_of
from guitai.wire.commands import Command, Reply, State, Watermark, load_private, plain, sign
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink, Publication
from guitai.wire.tls import Identity
from headquarters import dead_letters
from headquarters.engine import Where
from headquarters.pki import issue
from sync.codec import Topics, event_publication
from tests.fixtures.hq.core import FakeCore, fake_core
from tests.fixtures.hq.world import World, database_of, eventually, short_folder
from tests.unit.sync.keys import DECIDED, JOINED, STRANGER

pytestmark = pytest.mark.broker

TOPICS = Topics("heping", "kiosk-001")
SOURCE = source_of("heping", "kiosk-001")


@dataclass
class Line:
    world: World
    core: FakeCore

    def link(self, name: str, client_id: str, *topics: str) -> MqttLink:
        return MqttLink(self.world.endpoint(name, client_id), topics)


@pytest.fixture
async def line(place: Where) -> AsyncIterator[Line]:
    with short_folder() as folder:
        world = World(folder, database_of(place), collectors=3)
        async with fake_core(folder / "core.sock") as core, world.broker:
            yield Line(world, core)


async def until_message(link: MqttLink) -> Message:
    async with asyncio.timeout(60):
        while not isinstance(found := await link.next(), Message):
            pass
        return found


async def heard(kiosk: MqttLink) -> None:
    """Be born, and wait until headquarters has answered: from now on it hears everything."""
    assert await kiosk.next() == Connected()
    birth = State(online=True, nonce="0" * 32).model_dump_json().encode()
    kiosk.publish(Publication(TOPICS.state, birth, retain=True))
    assert (await until_message(kiosk)).topic == TOPICS.watermark


async def test_a_certificate_of_another_authority_is_refused(line: Line) -> None:
    foreign = line.world.folder / "foreign"
    foreign.mkdir()
    issue(foreign, "kiosk", "kiosk-001")
    ours = Identity.of(line.world.config.paths.keys, "kiosk")
    stranger = replace(ours, certificate=foreign / "kiosk.crt", key=foreign / "kiosk.key")
    endpoint = line.world.endpoint("kiosk", "kiosk-001")
    async with MqttLink(replace(endpoint, identity=stranger), ["bank/#"]) as link, asyncio.timeout(60):
        assert isinstance(await link.next(), Disconnected)
        assert not link.publish(Publication("bank/v1/heping/kiosk-001/evt/money", b"{}"))


async def test_one_kiosk_cannot_speak_or_listen_for_another(line: Line) -> None:
    issue(line.world.config.paths.keys, "other", "kiosk-002")
    async with (
        line.link("hq", "watcher", "bank/v1/+/+/evt/+") as watcher,
        line.link("other", "kiosk-002", "bank/v1/#") as other,
    ):
        assert await watcher.next() == await other.next() == Connected()
        other.publish(Publication("bank/v1/heping/kiosk-001/evt/money", b"forged"))
        watcher.publish(Publication("bank/v1/heping/kiosk-001/cmd/teller.said", b"secret"))
        watcher.publish(Publication("bank/v1/heping/kiosk-002/cmd/teller.said", b"for 2"))
        assert (await until_message(other)).payload == b"for 2"
        other.publish(Publication("bank/v1/heping/kiosk-002/evt/money", b"own"))
        assert (await until_message(watcher)).payload == b"own"


async def test_malformed_events_are_skipped_and_nothing_else_suffers(line: Line) -> None:
    core = line.core
    row = core.add("money", "risk.decided", n=1)
    forged = event_publication(replace(row, body={"n": 2}), TOPICS, SOURCE)
    wrong_lane = replace(event_publication(row, TOPICS, SOURCE), topic=TOPICS.event("session"))
    wrong_source = event_publication(row, TOPICS, source_of("heping", "kiosk-002"))
    rubbish = Publication(TOPICS.event("money"), b"\xff\xfe{", user=(("specversion", "1.0"),))
    shapeless = core.add("handover", "handover.escalate", escalation_id=7, bundle=[])
    async with line.world.headquarters():
        async with line.link("kiosk", "kiosk-001", TOPICS.commands) as kiosk:
            await heard(kiosk)
            for publication in (rubbish, forged, wrong_lane, wrong_source, replace(forged, user=()), rubbish):
                assert kiosk.publish(publication)
        async with line.world.sync():
            await core.ready()
            await core.until(lambda: not core.rows)
        store = line.world.store()
        assert [event["body"] for event in store.events("S1") if event["lane"] == "money"] == [{"n": 1}]
        assert store.watermarks("kiosk-001")["handover"].hash == shapeless.hash
        # Another collector may be at the last one still.
        await eventually(lambda: sum(letter["times"] for letter in dead_letters.latest(store.connection, 10)) == 6)
        letters = dead_letters.latest(store.connection, 10)
        assert sorted((letter["lane"], letter["code"], letter["times"]) for letter in letters) == [
            ("money", "mqtt.bad_event", 1), ("money", "mqtt.bad_event", 1), ("money", "mqtt.bad_event", 2),
            ("money", "mqtt.bad_hash", 1), ("session", "mqtt.bad_event", 1),
        ]  # fmt: skip
        store.close()


async def test_a_kiosk_refuses_what_headquarters_did_not_sign_for_it_now(line: Line) -> None:
    key = load_private(line.world.config.paths.keys / "command.key")
    async with line.link("hq", "hq-test", TOPICS.state, TOPICS.reply) as hq, line.world.sync():
        while not (state := (await until_message(hq)).payload).startswith(b'{"online":true'):
            pass
        nonce = state.decode().split('"nonce":"')[1][:32]

        def command(**changes: object) -> Command:
            fields = {"id": "c1", "kiosk": "kiosk-001", "name": "teller.joined", "nonce": nonce, "expires_ms": 60_000}
            return Command.model_validate({**fields, "data": JOINED, **changes})

        def send(payload: bytes, name: str = "teller.joined", response: str = TOPICS.reply) -> None:
            topic = TOPICS.commands.replace("+", name)
            hq.publish(Publication(topic, payload, response_topic=response, correlation=b"x"))

        async def answer() -> Reply:
            return plain((await until_message(hq)).payload, Reply)

        send(sign(command(), STRANGER))
        send(b"rubbish")
        send(sign(command(), key), response="bank/v1/heping/kiosk-002/reply")
        send(sign(command(id="c2", expires_ms=0), key))
        assert (await answer()).reason == "expired"
        send(sign(command(id="c3", name="cash.dispense"), key), name="cash.dispense")
        assert (await answer()).reason == "not_allowed"
        send(sign(command(id="c4", name="teller.decided", data=DECIDED), key), name="teller.decided")
        assert (await answer()).reason == "clock_unknown"
        assert not line.core.commands
        for _ in range(2):  # QoS 1 may deliver twice: one deed, one and the same answer
            send(sign(command(id="c5"), key))
            assert (await answer()).status == "accepted"
        assert line.core.commands == [("teller.joined", JOINED)]


async def test_an_acknowledgement_of_something_else_deletes_nothing(line: Line) -> None:
    core, keys = line.core, line.world.config.paths.keys
    row = core.add("money", "risk.decided", n=1)
    key, topic = load_private(keys / "command.key"), TOPICS.watermark
    async with line.link("hq", "hq-test", "bank/v1/+/+/evt/+") as hq, AsyncExitStack() as stack:
        assert await hq.next() == Connected()
        await stack.enter_async_context(line.world.sync())
        await until_message(hq)

        def watermark(digest: str, signer: object = key, **changes: object) -> bytes:
            lanes = {"money": {"sequence": 1, "hash": digest}}
            fields = {"kiosk": "kiosk-001", "at_ms": 1, "lanes": lanes}
            return sign(Watermark.model_validate({**fields, **changes}), signer)

        for payload in (
            watermark("1" * 64),
            watermark(row.hash, STRANGER),
            watermark(row.hash, kiosk="kiosk-002"),
            b"{}",
        ):
            hq.publish(Publication(topic, payload))
        hq.publish(Publication(topic, watermark("0" * 64, lanes={}, again=True)))
        await until_message(hq)  # it was sent again: all of the above have been read
        assert core.rows == [row]
        hq.publish(Publication(topic, watermark(row.hash)))
        await core.until(lambda: not core.rows)


async def test_a_clean_end_and_a_power_cut_both_tell_headquarters(line: Line) -> None:
    async with line.link("hq", "hq-test", TOPICS.state) as hq:
        child = await line.world.child("sync")
        assert b'"online":true' in (await until_message(hq)).payload
        child.kill()
        await child.wait()
        assert b'"online":false' in (await until_message(hq)).payload
        async with line.world.sync():
            assert b'"online":true' in (await until_message(hq)).payload
        assert b'"online":false' in (await until_message(hq)).payload


async def test_a_gap_is_asked_for_again(line: Line) -> None:
    core = line.core
    rows = [core.add("money", "risk.decided", n=n) for n in range(3)]
    async with line.world.headquarters():
        async with line.link("kiosk", "kiosk-001", TOPICS.commands) as kiosk:
            await heard(kiosk)
            kiosk.publish(event_publication(rows[2], TOPICS, SOURCE))
            store = line.world.store()
            await eventually(lambda: store.gaps(2**62))
            assert store.watermarks("kiosk-001")["money"].sequence == 0
        async with line.world.sync():
            await core.until(lambda: not core.rows)
        assert not store.gaps(2**62)
        store.close()
