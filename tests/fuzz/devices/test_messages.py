"""Whatever arrives on the wire, neither session falls over, and what we send ourselves is always readable."""

from __future__ import annotations

import contextlib
import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from firmware_bridge.client.cabinet import Cabinet
from firmware_bridge.client.guide_lights import GuideLights
from firmware_bridge.client.judge import fault_of
from firmware_bridge.client.link import Link, Links, Watch
from firmware_bridge.client.roles import roles
from firmware_bridge.port import DEVICES
from firmware_bridge.protocol import tokens, vectors
from firmware_bridge.protocol.client import ClientSession
from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA
from firmware_bridge.protocol.envelope import MalformedError, parse
from firmware_bridge.protocol.host import HostSession, Send, Start
from guitai.errors import GuitaiError
from guitai.messages.branch import ModeWanted, SensorChanged
from guitai.messages.device import Tampered

NAMES = ["CardReader.Move", "CardReader.ReadRawData", "Common.Cancel", "Common.Status", "Keyboard.PinEntry", "x", ""]
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def near(value: Any) -> st.SearchStrategy[Any]:
    """Mostly the right kind, sometimes anything."""
    return value | JSON


HEADER = st.fixed_dictionaries(
    {},
    optional={
        "type": near(st.sampled_from(["command", "acknowledge", "event", "completion", "unsolicited"])),
        "name": near(st.sampled_from(NAMES)),
        "requestId": near(st.integers(-1, 5)),
        "timeout": near(st.integers(-1, 5)),
        "status": near(st.sampled_from(["invalidMessage", "ok"])),
        "completionCode": near(st.sampled_from(["success", "canceled", "odd"])),
        "version": near(st.sampled_from(["1.0", "2.0"])),
    },
)
PAYLOAD = near(st.dictionaries(st.sampled_from(["to", "requestIds", "track2", "errorCode", "timeout"]), JSON))
NEARLY = st.fixed_dictionaries({}, optional={"header": near(HEADER), "payload": PAYLOAD}).map(json.dumps)
COMMAND = st.builds(
    lambda name, request_id, payload: json.dumps(
        {"header": {"type": "command", "name": name, "requestId": request_id}, "payload": payload}
    ),
    st.sampled_from(NAMES[:-1]),
    st.integers(1, 5),
    st.none() | st.dictionaries(st.sampled_from(["to", "requestIds", "track2"]), JSON, max_size=2),
)
ANY_TEXT = COMMAND | st.text(max_size=60) | st.binary(max_size=60) | JSON.map(json.dumps) | NEARLY


@given(ANY_TEXT)
@settings(max_examples=300, deadline=None)
def test_parse_gives_a_message_or_says_what_is_wrong(text):
    try:
        message = parse(text)
    except MalformedError:
        return
    assert message.name
    assert message.request_id is None or message.request_id > 0


@given(st.lists(st.tuples(st.integers(1, 2), ANY_TEXT), max_size=12), st.sampled_from([KAL, SCHEMA, FIRST]))
@settings(max_examples=200, deadline=None)
def test_a_host_answers_everything_and_lives_on(arrivals, dialect):
    host = HostSession({"CardReader.Move", "CardReader.ReadRawData"}, dialect)
    host.connected(1)
    host.connected(2)
    starts = 0
    for peer, text in arrivals:
        actions = host.received(peer, text)
        assert isinstance(actions[0], Send)
        assert actions[0].peer == peer
        for action in actions:
            if isinstance(action, Send):
                json.loads(action.text)
        starts += sum(isinstance(action, Start) for action in actions)
        assert starts <= 1, "one command at a time"


@given(st.lists(ANY_TEXT, max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_client_survives_everything_and_ends_each_command_once(arrivals):
    client = ClientSession()
    mine = {client.command("CardReader.ReadRawData")[0] for _ in range(3)}
    ended = []
    for text in arrivals:
        try:
            received = client.receive(text)
        except GuitaiError:
            continue
        if type(received).__name__ == "Completed":
            ended.append(received.request_id)
    ended += client.under_way
    assert sorted(ended) == sorted(mine)


@given(st.text(max_size=200) | st.from_regex(r"NONCE=[0-9A-F]+,TOKENFORMAT=1,TOKENLENGTH=[0-9]{4},A=1,HMACSHA256=.*"))
@settings(max_examples=200, deadline=None)
def test_tokens_are_parsed_or_refused(text):
    with contextlib.suppress(GuitaiError):
        assert tokens.parse(text).fields == {"A": "1"}


REQUEST = st.fixed_dictionaries(
    {}, optional={"value": near(st.integers()), "fraction": near(st.integers()), "currency": JSON}
)
VECTOR = st.fixed_dictionaries(
    {"token": near(st.just("NONCE=A,")), "authorised": st.booleans()},
    optional={"deviceNonce": JSON, "request": near(REQUEST)},
)


@given(
    near(st.fixed_dictionaries({"hmacKeyHex": near(st.just("00"))}, optional={"x": st.lists(near(VECTOR), max_size=4)}))
)
@settings(max_examples=300, deadline=None)
def test_files_of_vectors_are_run_or_refused(document):
    with contextlib.suppress(GuitaiError):
        assert not [verdict for verdict in vectors.check(document) if verdict.authorised]


@given(st.binary(min_size=32, max_size=32), st.integers(1, 10**9), st.integers(0, 200))
@settings(deadline=None)
def test_one_changed_character_makes_a_token_worthless(key, amount, where):
    text = tokens.mint(key, "A" * 32, {"DISPENSE1": tokens.amount_text(amount)})
    at = where % len(text)
    spoilt = text[:at] + ("0" if text[at] != "0" else "1") + text[at + 1 :]
    vault = tokens.Vault(key, 60)
    vault.issue("A" * 32, 0)
    assert vault.spend(spoilt, amount, 1) is not None
    assert vault.spend(text, amount, 1) is None


STATUS = st.dictionaries(
    st.sampled_from(["common", "auxiliaries", "vendorMode", "printer", "cashDispenser", "cardReader", "lights"]),
    st.dictionaries(
        st.sampled_from(["device", "safeDoor", "UPS", "service", "paper", "positions", "media", "cardReader"]), JSON
    ),
)


@given(st.lists(STATUS, max_size=4), st.sampled_from(sorted(DEVICES)))
@settings(max_examples=200, deadline=None)
def test_whatever_a_status_says_it_is_judged(statuses, role):
    links, told = Links(), []
    cabinet, lights = Cabinet(links, told.append), GuideLights(links, lambda job: job.close())
    link = Link("ws://127.0.0.1/x", Watch(lambda _: None, lambda _: None, lambda _, __: None))
    link.interfaces = frozenset({role})
    for status in statuses:
        link._merge(status)
        assert isinstance(fault_of(role, link.status), str)
        cabinet.judge(link)
        lights.follow(link)
    assert all(isinstance(event, SensorChanged | ModeWanted | Tampered) for event in told)


@given(st.frozensets(st.sampled_from(["CardReader", "Printer", "Common"])), JSON | STATUS)
@settings(max_examples=200, deadline=None)
def test_whatever_the_capabilities_say_a_service_plays_some_role(interfaces, capabilities):
    assert len(roles(interfaces, capabilities if isinstance(capabilities, dict) else {})) >= len(interfaces)
