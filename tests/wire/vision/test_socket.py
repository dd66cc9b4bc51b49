"""The socket of the eyes: the state for a newcomer, edges for all, consent, and no harm from bad frames."""

from __future__ import annotations

import asyncio
import contextlib
import json

import pytest

from edge_models.documents.desk import MOST_BYTES, Desk
from edge_models.vision.checks import Allow, Live, Verify
from edge_models.vision.hub import QUEUE_FRAMES, Hub
from edge_models.vision.smoothing import Latch, State
from guitai.errors import GuitaiError
from guitai.messages.document import LINES, PAGE, TextLine
from guitai.messages.face import CameraState, CustomerApproached, CustomerLeft, IdentityChecked, SecondPerson
from guitai.wire.sockets import connect, serve

HERE = State(at_ns=1, scene="ok", presence=Latch(1, 1, on=True), company=Latch(1, 1, on=True))
GONE = State(at_ns=2, scene="ok")


class Reads:
    """Stands at the reader's place: tells of a page how large it was."""

    def __init__(self):
        self.warm = asyncio.Event()

    async def warm_up(self):
        self.warm.set()

    async def read(self, picture):
        if picture == b"torn":
            raise GuitaiError("vision.not_decoded")
        return (TextLine(f"{len(picture)}", 1.0, 0, 0, 10, 10),)


class World:
    def __init__(self, path):
        self.path, self.consents = path, asyncio.Queue()
        self.commands = []
        self.reader = Reads()
        self.hub = Hub(self.consents.put_nowait, self.commands.append, Desk(self.reader))

    @contextlib.asynccontextmanager
    async def client(self):
        stream = await connect(self.path)
        try:
            yield Client(stream)
        finally:
            stream.close()

    async def consent(self):
        async with asyncio.timeout(60):
            return await self.consents.get()


@pytest.fixture
async def world(short_dir):
    world = World(short_dir / "vision.sock")
    async with serve(world.path, world.hub.handle):
        yield world


class Client:
    def __init__(self, stream):
        self.stream, self._frames = stream, aiter(stream)

    async def get(self):
        async with asyncio.timeout(60):
            return await anext(self._frames)

    async def get_until(self, type_):
        while (frame := await self.get()).type != type_:
            pass
        return frame


async def test_a_newcomer_is_told_how_things_stand(world):
    world.hub.publish(HERE, (CustomerApproached(),))
    async with world.client() as client:
        frames = [await client.get() for _ in range(3)]
    assert [(frame.type, frame.data) for frame in frames] == [
        ("face.camera", {"state": "ok"}),
        ("face.approached", {}),
        ("face.company", {"close": True}),
    ]


async def test_everybody_is_told_the_edges(world):
    world.hub.publish(HERE, ())
    async with world.client() as one, world.client() as other:
        for client in (one, other):
            await client.get_until("face.company")
        world.hub.publish(GONE, (CustomerLeft(), SecondPerson(False), CameraState("frozen")))
        for client in (one, other):
            assert (await client.get()).type == "face.left"
            assert (await client.get()).data == {"close": False}
            assert (await client.get()).data == {"state": "frozen"}


async def test_consent_is_given_and_taken_back(world):
    async with world.client() as client:
        for given in (True, False, True):
            await client.stream.send("guitai-consent", expression=given)
            assert await world.consent() is given


async def test_consent_ends_with_the_connection(world):
    async with world.client() as client:
        await client.stream.send("guitai-consent", expression=True)
        assert await world.consent() is True
    assert await world.consent() is False


async def test_consent_ends_with_the_customer(world):
    async with world.client() as client, world.client() as other:
        await client.stream.send("guitai-consent", expression=True)
        assert await world.consent() is True
        world.hub.publish(GONE, (CustomerLeft(),))
        await other.stream.send("guitai-consent", expression=False)
        assert await world.consent() is False  # nobody's stands any more


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"expression": 1},
        {"expression": "yes"},
        {"expression": True, "identity": 1},
        {"expression": True, "voice": True},
    ],
)
async def test_a_consent_that_is_not_exact_is_none(world, data):
    async with world.client() as client:
        await client.stream.send("guitai-consent", **data)
        assert (await client.get()).data["code"] == "wire.bad_data"
        assert world.consents.empty()


async def test_checks_need_the_consent_to_identity_on_the_same_connection(world):
    async with world.client() as client, world.client() as other:
        await other.stream.send("guitai-consent", expression=True, identity=True)
        assert await world.consent() is True
        await client.stream.send("guitai-consent", expression=True)
        assert await world.consent() is True
        for type_, data in (("guitai-verify", {}), ("guitai-liveness", {"challenges": ["blink"], "limit_s": 5.0})):
            await client.stream.send(type_, b"photo", request_id="r1", **data)
            assert (await client.get()).data["code"] == "vision.no_consent"
        world.hub.answer(IdentityChecked("r0", True, 0.5, "same", 20))
        assert (await other.get()).data == {
            "request_id": "r0",
            "match": True,
            "score": 0.5,
            "reason": "same",
            "took_ms": 20,
        }
        await client.stream.send("open-sesame")
        assert (await client.get()).type == "error"  # and not the answer that was meant for the other
    assert all(isinstance(command, Allow) for command in world.commands)


async def test_orders_reach_the_checks(world):
    async with world.client() as client:
        await client.stream.send("guitai-consent", expression=False, identity=True)
        await client.stream.send("guitai-verify", b"photo", request_id="r1")
        await client.stream.send("guitai-liveness", request_id="r2", challenges=["turn_left", "blink"], limit_s=9.0)
        await client.stream.send("open-sesame")
        await client.get_until("error")
    assert world.commands[:3] == [Allow(True), Verify("r1", b"photo"), Live("r2", ("turn_left", "blink"), 9.0)]


@pytest.mark.parametrize(
    ("type_", "data"),
    [
        ("guitai-verify", {}),
        ("guitai-verify", {"request_id": ""}),
        ("guitai-verify", {"request_id": "r", "threshold": 0.1}),
        ("guitai-liveness", {"request_id": "r", "challenges": [], "limit_s": 5.0}),
        ("guitai-liveness", {"request_id": "r", "challenges": ["dance"], "limit_s": 5.0}),
        ("guitai-liveness", {"request_id": "r", "challenges": ["blink"], "limit_s": 0.0}),
    ],
)
async def test_an_order_that_is_not_exact_is_refused(world, type_, data):
    async with world.client() as client:
        await client.stream.send("guitai-consent", expression=False, identity=True)
        await client.stream.send(type_, **data)
        assert (await client.get()).data["code"] == "wire.bad_data"


async def test_unknown_frames_and_broken_headers_get_an_error_and_the_eyes_live_on(world):
    world.hub.publish(HERE, ())
    async with world.client() as client:
        await client.get_until("face.company")
        await client.stream.send("open-sesame")
        assert (await client.get()).data["code"] == "wire.unknown_type"
        client.stream._writer.write(b"this is no header\n")
        assert (await client.get()).data["code"] == "wire.bad_header"
        world.hub.publish(GONE, (CustomerLeft(),))
        assert (await client.get()).type == "face.left"


async def test_half_a_frame_and_an_oversized_one_harm_nobody_else(world):
    world.hub.publish(HERE, ())
    async with world.client() as steady:
        await steady.get_until("face.company")
        async with world.client() as half:
            half.stream._writer.write(b'{"type": "guitai-consent", "data_length": 40}\n{"expr')
        async with world.client() as large:
            large.stream._writer.write(b'{"type": "x", "payload_length": 99999999}\n')
            assert (await large.get_until("error")).data["code"] == "wire.too_large"
        world.hub.publish(GONE, (CustomerLeft(),))
        assert (await steady.get()).type == "face.left"


async def test_a_client_that_never_reads_is_let_go(world):
    world.hub.publish(HERE, ())
    async with world.client() as stuck:
        await stuck.get_until("face.company")
        for _ in range(2 * QUEUE_FRAMES):  # nothing is sent in between: the loop has no turn
            world.hub.publish(HERE, (SecondPerson(True),))
        async with asyncio.timeout(60):
            assert [frame async for frame in stuck.stream if frame.type == "error"] == []


async def test_a_page_comes_in_parts_and_its_lines_go_to_whoever_sent_it(world):
    async with world.client() as client, world.client() as other:
        await client.stream.send(PAGE, request_id="r1")
        async with asyncio.timeout(60):
            await world.reader.warm.wait()
        await client.stream.send(PAGE, b"x" * 1_000_000, request_id="r1")
        await client.stream.send(PAGE, b"x" * 234, request_id="r1", last=True)
        frame = await client.get_until(LINES)
        assert (frame.data["request_id"], frame.data["code"]) == ("r1", "")
        assert json.loads(frame.payload)[0]["text"] == "1000234"
        await other.stream.send(PAGE, b"torn", request_id="r2", last=True)
        frame = await other.get_until(LINES)
        assert (frame.data["request_id"], frame.data["code"], frame.payload) == ("r2", "vision.not_decoded", b"[]")


async def test_a_page_that_is_too_large_is_refused(world):
    async with world.client() as client:
        for _ in range(MOST_BYTES // 1_000_000 + 1):
            await client.stream.send(PAGE, b"x" * 1_000_000, request_id="r1")
        assert (await client.get_until("error")).data["code"] == "document.too_large"
