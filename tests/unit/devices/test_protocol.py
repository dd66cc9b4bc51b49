"""The sans-I/O protocol: envelope, both sessions, dialects, versions."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest

from firmware_bridge.generated.common import CapabilitiesCompletion
from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.client import ClientSession, Completed, Event, Unsolicited
from firmware_bridge.protocol.dialect import FIRST, KAL, SCHEMA
from firmware_bridge.protocol.envelope import MAX_BYTES, MalformedError, Message, build, parse
from firmware_bridge.protocol.host import Abort, Completion, HostSession, Send
from firmware_bridge.protocol.typed import read
from guitai.errors import GuitaiError

READ, MOVE = "CardReader.ReadRawData", "CardReader.Move"


def text(header: dict, payload: object = None) -> str:
    return json.dumps({"header": header, "payload": payload})


def command(request_id: object, name: str = READ, payload: object = None, **more: object) -> str:
    return text({"type": "command", "name": name, "requestId": request_id, **more}, payload)


def completion(payload: object = None, **header: object) -> str:
    return text({"type": "completion", "name": READ, "requestId": 1, **header}, payload)


def test_completion_codes_in_every_spelling_and_place():
    assert parse(completion()).completion_code == "success"
    assert parse(completion(completionCode="success")).completion_code == "success"
    assert parse(completion({"completionCode": "timeOut"})).completion_code == "timeOut"
    assert parse(completion(completionCode="authorizationRequired")).completion_code == "authorisationRequired"
    assert parse(completion(completionCode="inventedByTheVendor")).completion_code == "internalError"


def test_a_status_property_of_a_payload_is_left_alone():
    assert parse(completion({"status": "ok"})).payload == {"status": "ok"}


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "[]",
        "{}",
        '{"header": 1}',
        text({}),
        command(0),
        command(True),
        command("1"),
        command(None),
        command(-3),
        command(1, name=""),
        command(1, payload=[1]),
        command(1, timeout=-1),
        command(1, timeout="soon"),
        "\ud800",
        text({"type": []}),
    ],
)
def test_malformed_messages_are_refused(bad):
    with pytest.raises(MalformedError):
        parse(bad)


def test_what_can_be_saved_of_a_malformed_message_is_saved():
    with pytest.raises(MalformedError) as caught:
        parse(command(7, payload=[1]))
    assert (caught.value.request_id, caught.value.name) == (7, READ)


def test_oversized_messages_are_refused():
    with pytest.raises(MalformedError) as caught:
        parse(" " * (MAX_BYTES + 1))
    assert caught.value.code == "xfs.too_large"


@pytest.mark.parametrize(
    ("message", "reason"),
    [
        (Message("command", "CardReader.Fly", 1), "no such command"),
        (Message("command", MOVE, 0), "requestId"),
        (Message("command", MOVE, 1, {"to": "moon"}), "payload.to"),
        (Message("command", MOVE, 1, {"whither": "exit"}), "whither"),
        (Message("completion", MOVE, 1, completion_code="fine"), "completionCode"),
        (Message("unsolicited", "CardReader.MediaRemovedEvent", 1), "requestId"),
    ],
)
def test_sending_is_strict(message, reason):
    with pytest.raises(GuitaiError, match=reason):
        build(message)


def test_sensitive_payloads_stay_out_of_reprs():
    message = Message("command", "PinPad.GetPinBlock", 1, {"customerData": "621700001234567890"})
    assert "6217" not in repr(message)
    assert "6217" not in repr(Completed(1, READ, "success", {"track2": "6217"}))


def test_catalogue_knows_what_the_branch_needs():
    for name in (READ, MOVE, "CashDispenser.Dispense", "Keyboard.PinEntry", "PinPad.GetPinBlock", "Printer.PrintForm"):
        assert catalog.definition(name, "command")
        assert catalog.definition(name, "completion")
    assert catalog.definition("CardReader.MediaRemovedEvent", "unsolicited") in catalog.definitions("CardReader")
    assert "mediaJam" in catalog.definition(READ, "completion").error_codes


def test_the_catalogue_is_whole():
    kinds = Counter(entry.type for entry in catalog.definitions())
    assert kinds == {"command": 196, "completion": 196, "event": 42, "unsolicited": 51}
    assert len(catalog.schemas()) == 777


def test_the_notice_goes_with_the_catalogue():
    notice = json.loads(Path(catalog.__file__).with_name("catalog.json").read_bytes())["notice"]
    assert "KAL ATM Software GmbH" in notice
    assert "KAL ATM Software GmbH" in (Path(catalog.__file__).parents[2] / "NOTICE").read_text("utf-8")


def test_every_schema_can_be_checked():
    for entry in catalog.definitions():
        assert catalog.fault(entry, {}) is None


class TestClient:
    def test_events_and_unsolicited_ones_whatever_they_call_themselves(self):
        session = ClientSession()
        request_id, _ = session.command(READ)
        inserted = {"type": "event", "name": "CardReader.MediaInsertedEvent", "requestId": request_id}
        removed = {"name": "CardReader.MediaRemovedEvent"}
        assert session.receive(text(inserted)) == Event(request_id, "CardReader.MediaInsertedEvent")
        for header in ({"type": "event"}, {"type": "unsolicited"}, {"type": "event", "requestId": 99}):
            assert session.receive(text({**removed, **header})) == Unsolicited("CardReader.MediaRemovedEvent")

    def test_only_the_first_completion_counts(self):
        session = ClientSession()
        request_id, _ = session.command(READ)
        assert session.receive(completion()) == Completed(request_id, READ, "success")
        assert session.receive(completion()) is None

    def test_a_refused_acknowledge_ends_the_command(self):
        session = ClientSession()
        request_id, _ = session.command(READ)
        accepted = text({"type": "acknowledge", "name": READ, "requestId": request_id})
        assert session.receive(accepted) is None
        refused = text({"type": "acknowledge", "name": READ, "requestId": request_id, "status": "tooManyRequests"})
        assert session.receive(refused) == Completed(request_id, READ, "tooManyRequests")

    def test_a_command_that_arrived_twice_is_still_under_way(self):
        session = ClientSession()
        request_id, _ = session.command(READ)
        acknowledge = {"type": "acknowledge", "name": READ, "requestId": request_id}
        assert session.receive(text(acknowledge)) is None
        assert session.receive(text({**acknowledge, "status": "invalidRequestID"})) is None
        assert session.receive(completion()) == Completed(request_id, READ, "success")

    def test_a_lost_connection_ends_what_was_under_way(self):
        session = ClientSession()
        session.command(READ)
        session.command(MOVE, {"to": "exit"})
        assert session.under_way == (1, 2)
        session.lost()
        assert session.under_way == ()

    @pytest.mark.parametrize(
        ("offered", "chosen"),
        [((), "2.0"), (("1.0", "2.0"), "2.0"), (("2.1", "3.0"), "2.1"), (("1.0", "10.0", "9.1"), "10.0")],
    )
    def test_versions_come_from_the_capabilities(self, offered, chosen):
        session = ClientSession()
        commands = {MOVE: {"versions": list(offered)}}
        told = {"interfaces": [{"name": "CardReader", "commands": commands}]}
        session.learn(read(Completed(1, "Common.Capabilities", "success", told), CapabilitiesCompletion))
        assert json.loads(session.command(MOVE, {"to": "exit"})[1])["header"]["version"] == chosen


def headers(actions: list) -> list[tuple[str, str]]:
    out = []
    for action in actions:
        if isinstance(action, Send):
            header = json.loads(action.text)["header"]
            out.append((header["type"], header.get("completionCode") or header.get("status") or ""))
        else:
            out.append((type(action).__name__, action.job.name))
    return out


class TestHost:
    @pytest.fixture
    def session(self) -> HostSession:
        session = HostSession({READ, MOVE, "Common.Status"})
        session.connected(1)
        session.connected(2)
        return session

    def test_commands_run_one_after_another(self, session):
        first = session.received(1, command(1))
        assert headers(first) == [("acknowledge", ""), ("Start", READ)]
        assert headers(session.received(2, command(1, MOVE, {"to": "exit"}))) == [("acknowledge", "")]
        done = session.finished(first[-1].job, Completion())
        assert headers(done) == [("completion", "success"), ("Start", MOVE)]

    def test_malformed_messages_are_acknowledged_as_such_and_the_session_lives(self, session):
        for bad in ("{", command(1, payload=[1]), completion(), b"\xff"):
            assert headers(session.received(1, bad)) == [("acknowledge", "invalidMessage")]
        for bad in (command(0), command("one"), command(None), command(1.5)):
            assert headers(session.received(1, bad)) == [("acknowledge", "invalidRequestID")]
        assert headers(session.received(1, command(1)))[1] == ("Start", READ)

    def test_an_id_in_use_is_refused(self, session):
        session.received(1, command(1))
        assert headers(session.received(1, command(1))) == [("acknowledge", "invalidRequestID")]

    def test_a_full_queue_says_so(self, session):
        for number in range(1, 102):
            session.received(1, command(number))
        assert headers(session.received(1, command(102))) == [("acknowledge", "tooManyRequests")]

    def test_unknown_unsupported_and_badly_filled_commands(self, session):
        assert headers(session.received(1, command(1, "CardReader.Fly")))[1] == ("completion", "invalidCommand")
        assert headers(session.received(1, command(2, "CardReader.Reset")))[1] == ("completion", "unsupportedCommand")
        assert headers(session.received(1, command(3, MOVE, {"to": "moon"})))[1] == ("completion", "invalidData")
        assert headers(session.received(1, command(4, MOVE, version="9.0")))[1] == ("completion", "invalidCommand")
        assert headers(session.received(1, command(5, READ, {"track2": None, "odd": 1})))[1] == ("Start", READ)

    def test_cancel_passes_the_queue_and_touches_only_its_senders_commands(self, session):
        running = session.received(1, command(1))[-1].job
        session.received(2, command(1))
        session.received(1, command(2))
        cancel = command(3, "Common.Cancel", {"requestIds": [1, 2]})
        assert headers(session.received(1, cancel)) == [
            ("acknowledge", ""),
            ("completion", "success"),
            ("Abort", READ),
            ("completion", "canceled"),
        ]
        assert headers(session.finished(running, Completion("canceled"))) == [
            ("completion", "canceled"),
            ("Start", READ),
        ]

    def test_cancel_of_nothing_says_so(self, session):
        actions = session.received(1, command(1, "Common.Cancel", {"requestIds": [5]}))
        assert json.loads(actions[1].text)["payload"] == {"errorCode": "noMatchingRequestIDs"}

    def test_a_client_that_goes_takes_its_commands_along(self, session):
        running = session.received(1, command(1))[-1].job
        session.received(1, command(2))
        session.received(2, command(1, MOVE, {"to": "exit"}))
        assert session.disconnected(1) == [Abort(running)]
        assert headers(session.finished(running, Completion("canceled"))) == [("Start", MOVE)]


@pytest.mark.parametrize("dialect", [KAL, SCHEMA, FIRST], ids=lambda d: d.name)
def test_the_client_understands_every_dialect(dialect):
    host, client = HostSession({READ}, dialect), ClientSession()
    host.connected(1)
    request_id, sent = client.command(READ, {"track2": True})
    ack, start = host.received(1, sent)
    assert client.receive(ack.text) is None
    (event,) = host.event(start.job, "CardReader.InsertCardEvent", {})
    assert isinstance(client.receive(event.text), Event)
    (removed,) = host.unsolicited("CardReader.MediaRemovedEvent", {})
    assert isinstance(client.receive(removed.text), Unsolicited)
    (done,) = host.finished(start.job, Completion("authorisationRequired"))
    received = client.receive(done.text)
    assert isinstance(received, Completed)
    assert (received.request_id, received.code) == (request_id, "authorisationRequired")
