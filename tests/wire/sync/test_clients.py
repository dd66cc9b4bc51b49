"""Clients nobody here wrote, against our broker: mosquitto_pub and mosquitto_sub, and Eclipse Paho's own client.

A kiosk's certificate reads and writes its own topics and no others; that is tried by what arrives, as Mosquitto says Granted
to a subscription all the same.
"""

from __future__ import annotations

import asyncio
import itertools
import ssl
from collections.abc import AsyncIterator

import paho.mqtt.client as paho
import pytest
from paho.mqtt.enums import CallbackAPIVersion

from headquarters.pki import issue
from tests.fixtures.hq.world import World, short_folder

pytestmark = pytest.mark.broker

OWN = "bank/v1/heping/kiosk-001"
OTHER = "bank/v1/heping/kiosk-002"
WRITES = ("state", "evt/money", "evt/handover", "reply", "cfg/reported", "job/reported")
READS = ("cmd/teller.said", "job/update", "cfg/desired")


class Tools:
    """Runs the command line clients with a certificate."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._keys, self._port = world.config.paths.keys, world.config.mqtt.port

    def _options(self, name: str) -> list[str]:
        keys, port = self._keys, self._world.endpoint(name, "").port
        return [
            "-V", "5", "-h", "localhost", "-p", str(port), "-q", "1", "--tls-version", "tlsv1.3", "--cafile",
            str(keys / "ca.crt"), "--cert", str(keys / f"{name}.crt"), "--key", str(keys / f"{name}.key"),
        ]  # fmt: skip

    async def publish(self, name: str, topic: str, text: str) -> int:
        command = ["mosquitto_pub", *self._options(name), "-t", topic, "-m", text]
        child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
        return await asyncio.wait_for(child.wait(), 20)

    async def subscribe(self, name: str, *topics: str) -> asyncio.subprocess.Process:
        filters = itertools.chain.from_iterable(("-t", topic) for topic in topics)
        command = ["stdbuf", "-oL", "mosquitto_sub", *self._options(name), "-d", *filters, "-F", "GOT %t %p"]
        child = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
        assert child.stdout is not None
        while b"Subscribed" not in await asyncio.wait_for(child.stdout.readline(), 20):
            pass
        return child


async def until(child: asyncio.subprocess.Process, last: str) -> list[str]:
    """Return what a subscriber got, up to a message it must get."""
    found: list[str] = []
    assert child.stdout is not None
    while not found or found[-1] != last:
        line = (await asyncio.wait_for(child.stdout.readline(), 20)).decode().strip()
        if line.startswith("GOT "):
            found.append(line.removeprefix("GOT "))
    return found


async def end(child: asyncio.subprocess.Process) -> None:
    child.terminate()
    await child.wait()


@pytest.fixture
async def tools() -> AsyncIterator[Tools]:
    with short_folder() as folder:
        world = World(folder)
        issue(world.config.paths.keys, "other", "kiosk-002")
        async with world.broker:
            yield Tools(world)


async def test_a_kiosks_certificate_writes_its_own_topics_and_no_others(tools: Tools) -> None:
    hq = await tools.subscribe("hq", "bank/v1/#")
    for topic in WRITES:
        await tools.publish("other", f"{OWN}/{topic}", "forged")
    for topic in READS:  # not even its own: only headquarters commands
        await tools.publish("other", f"{OTHER}/{topic}", "forged")
        await tools.publish("other", f"{OWN}/{topic}", "forged")
    for topic in WRITES:
        assert await tools.publish("other", f"{OTHER}/{topic}", "own") == 0
    assert await until(hq, f"{OTHER}/{WRITES[-1]} own") == [f"{OTHER}/{topic} own" for topic in WRITES]
    await end(hq)


async def test_a_kiosks_certificate_reads_its_own_topics_and_no_others(tools: Tools) -> None:
    other = await tools.subscribe(
        "other", "#", "bank/v1/#", f"{OWN}/cmd/+", f"{OTHER}/cmd/+", "$share/hq/bank/v1/+/+/evt/+"
    )
    for topic in (*WRITES, *READS):
        assert await tools.publish("hq", f"{OWN}/{topic}", "secret") == 0
    for topic in READS:
        assert await tools.publish("hq", f"{OTHER}/{topic}", "own") == 0
    found = await until(other, f"{OTHER}/cfg/desired own")
    assert set(found) == {f"{OTHER}/{topic} own" for topic in READS}
    await end(other)


async def test_nobody_is_served_without_a_certificate(tools: Tools) -> None:
    command = ["mosquitto_pub", "-V", "5", "-h", "localhost", "-p", str(tools._port), "--cafile",
               str(tools._keys / "ca.crt"), "-t", f"{OWN}/state", "-m", "x"]  # fmt: skip
    child = await asyncio.create_subprocess_exec(*command, stderr=asyncio.subprocess.DEVNULL)
    assert await asyncio.wait_for(child.wait(), 20) != 0


@pytest.mark.parametrize("protocol", [paho.MQTTv311, paho.MQTTv5])
async def test_pahos_own_client_talks_with_mosquittos(tools: Tools, protocol: int) -> None:
    context = ssl.create_default_context(cafile=str(tools._keys / "ca.crt"))
    context.load_cert_chain(tools._keys / "kiosk.crt", tools._keys / "kiosk.key")
    client = paho.Client(CallbackAPIVersion.VERSION2, "kiosk-001", protocol=protocol)
    client.tls_set_context(context)
    loop, got = asyncio.get_running_loop(), asyncio.Queue[str]()

    def tell(text: str) -> None:
        loop.call_soon_threadsafe(got.put_nowait, text)

    client.on_subscribe = lambda *_: tell("subscribed")
    client.on_message = lambda _c, _u, message: tell(f"{message.topic} {message.payload.decode()}")
    client.on_connect = lambda *_: client.subscribe(f"{OWN}/cmd/+", 1)
    client.connect("localhost", tools._port)
    client.loop_start()
    try:
        assert await asyncio.wait_for(got.get(), 20) == "subscribed"
        hq = await tools.subscribe("hq", f"{OWN}/evt/+")
        client.publish(f"{OWN}/evt/money", b"up", 1)
        assert await until(hq, f"{OWN}/evt/money up")
        await end(hq)
        await tools.publish("hq", f"{OWN}/cmd/teller.said", "down")
        assert await asyncio.wait_for(got.get(), 20) == f"{OWN}/cmd/teller.said down"
    finally:
        client.disconnect()
        client.loop_stop()
