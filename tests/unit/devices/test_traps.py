"""Where implementations differ: each trap as the text that stands on the wire, written by hand, and what we make of it."""

from __future__ import annotations

import json

import pytest

from firmware_bridge.protocol.client import ClientSession, Completed, Event, Garbled, Unsolicited
from firmware_bridge.protocol.dialect import FIRST
from firmware_bridge.protocol.envelope import MAX_BYTES
from firmware_bridge.protocol.host import Completion, HostSession, Job, Send, Start
from guitai.errors import GuitaiError

READ, DISPENSE, PIN = "CardReader.ReadRawData", "CashDispenser.Dispense", "Keyboard.PinEntry"


@pytest.fixture
def session() -> ClientSession:
    """A client that has sent ReadRawData as 1, Dispense as 2 and PinEntry as 3."""
    session = ClientSession()
    for name in (READ, DISPENSE, PIN):
        session.command(name)
    return session


COMPLETIONS = {
    "code spelled out": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1,"version":"3.0",'
        '"completionCode":"success"},"payload":{"track2":{"data":"NjIxNw=="}}}',
        "success",
    ),
    "no code": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1},"payload":{"track2":null}}',
        "success",
    ),
    "no code, no payload": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1}}',
        "success",
    ),
    "code null": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1,"completionCode":null,'
        '"status":null,"timeout":null},"payload":null}',
        "success",
    ),
    "no code but an error": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1},'
        '"payload":{"errorCode":"mediaJam"}}',
        "mediaJam",
    ),
    "own error code": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1,'
        '"completionCode":"commandErrorCode"},"payload":{"errorCode":"invalidMedia","errorDescription":"x"}}',
        "invalidMedia",
    ),
    "own error code without saying which": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1,'
        '"completionCode":"commandErrorCode"},"payload":{"errorCode":null}}',
        "commandErrorCode",
    ),
    "first versions: code in the payload": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1},'
        '"payload":{"completionCode":"timeOut","errorDescription":""}}',
        "timeOut",
    ),
    "first versions: success in the payload": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1},'
        '"payload":{"completionCode":"success","timeout":5000}}',
        "success",
    ),
    "British": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"authorisationRequired"}}',
        "authorisationRequired",
    ),
    "American": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"authorizationRequired"}}',
        "authorisationRequired",
    ),
    "two l": ('{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"cancelled"}}', "canceled"),
    "other capitals": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"timeout"}}',
        "timeOut",
    ),
    "a new token code": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"invalidTokenColour"}}',
        "invalidToken",
    ),
    "a vendor's code": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":"gremlins"}}',
        "internalError",
    ),
    "a code that is no word": (
        '{"header":{"type":"completion","name":"X","requestId":1,"completionCode":3}}',
        "internalError",
    ),
    "requestId as text": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":"1"},"payload":{}}',
        "success",
    ),
    "an empty payload written as a list": (
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1},"payload":[]}',
        "success",
    ),
    "unknown properties everywhere": (
        '{"vendor":1,"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1,"vendor":[]},'
        '"payload":{"vendor":{"a":null}}}',
        "success",
    ),
    "a mark before the text": (
        '\ufeff{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":1}}',
        "success",
    ),
}


@pytest.mark.parametrize(("text", "answer"), COMPLETIONS.values(), ids=list(COMPLETIONS))
@pytest.mark.parametrize("binary", [False, True])
def test_completions(session, text, answer, binary):
    received = session.receive(text.encode() if binary else text)
    assert isinstance(received, Completed)
    assert (received.request_id, received.name, received.answer) == (1, READ, answer)
    assert received.ok is (answer == "success")


@pytest.mark.parametrize(
    "text",
    [
        '{"header":{"type":"completion","name":"CashDispenser.Dispense","requestId":2},"payload":"done"}',
        '{"header":{"type":"completion","name":null,"requestId":2},"payload":{}}',
    ],
)
def test_a_completion_that_cannot_be_read_ends_its_command_as_unknown(session, text):
    assert session.receive(text) == Garbled(2, DISPENSE)
    assert session.under_way == (1, 3)


EVENTS = {
    "by itself, as it should be": (
        '{"header":{"type":"unsolicited","name":"CardReader.MediaRemovedEvent","version":"2.0"},"payload":{}}',
        Unsolicited("CardReader.MediaRemovedEvent"),
    ),
    "by itself, as an event (KAL)": (
        '{"header":{"type":"event","name":"CardReader.MediaRemovedEvent"},"payload":null}',
        Unsolicited("CardReader.MediaRemovedEvent"),
    ),
    "by itself, with requestId null": (
        '{"header":{"type":"event","name":"CardReader.MediaRemovedEvent","requestId":null}}',
        Unsolicited("CardReader.MediaRemovedEvent"),
    ),
    "by itself, with requestId 0": (
        '{"header":{"type":"event","name":"CardReader.MediaRemovedEvent","requestId":0}}',
        Unsolicited("CardReader.MediaRemovedEvent"),
    ),
    "by itself, under a running command's id": (
        '{"header":{"type":"event","name":"CardReader.MediaRemovedEvent","requestId":1},"payload":{}}',
        Unsolicited("CardReader.MediaRemovedEvent"),
    ),
    "notes taken, under a running command's id": (
        '{"header":{"type":"event","name":"CashManagement.ItemsTakenEvent","requestId":2},"payload":{}}',
        Unsolicited("CashManagement.ItemsTakenEvent"),
    ),
    "an error, as event": (
        '{"header":{"type":"event","name":"Common.ErrorEvent","requestId":2},"payload":{"eventId":"fraudAttempt"}}',
        Unsolicited("Common.ErrorEvent", {"eventId": "fraudAttempt"}),
    ),
    "a command's event": (
        '{"header":{"type":"event","name":"CardReader.InsertCardEvent","requestId":1},"payload":{}}',
        Event(1, "CardReader.InsertCardEvent"),
    ),
    "a command's event as unsolicited": (
        '{"header":{"type":"unsolicited","name":"CardReader.InsertCardEvent","requestId":1},"payload":{}}',
        Event(1, "CardReader.InsertCardEvent"),
    ),
    "a command's event as unsolicited without an id": (
        '{"header":{"type":"unsolicited","name":"Keyboard.KeyEvent"},"payload":{"completion":"continue"}}',
        Event(3, "Keyboard.KeyEvent", {"completion": "continue"}),
    ),
    "an event of nobody's command": (
        '{"header":{"type":"event","name":"Printer.NoMediaEvent"},"payload":{}}',
        Unsolicited("Printer.NoMediaEvent"),
    ),
    "a vendor's event": (
        '{"header":{"type":"event","name":"Acme.HeatEvent","requestId":1},"payload":{}}',
        Event(1, "Acme.HeatEvent"),
    ),
    "an event of another client's command": (
        '{"header":{"type":"event","name":"CardReader.InsertCardEvent","requestId":99},"payload":{}}',
        Unsolicited("CardReader.InsertCardEvent"),
    ),
}


@pytest.mark.parametrize(("text", "event"), EVENTS.values(), ids=list(EVENTS))
def test_events(session, text, event):
    assert session.receive(text) == event


@pytest.mark.parametrize(
    "text",
    [
        '{"header":{"type":"acknowledge","name":"CardReader.ReadRawData","requestId":1},"payload":null}',
        '{"header":{"type":"acknowledge","name":"CardReader.ReadRawData","requestId":1,"status":null}}',
        '{"header":{"type":"acknowledge","name":"CardReader.ReadRawData","requestId":1,"status":"ok"}}',
        '{"header":{"type":"completion","name":"CardReader.ReadRawData","requestId":99}}',
        '{"header":{"type":"command","name":"CardReader.ReadRawData","requestId":1}}',
    ],
)
def test_what_ends_nothing(session, text):
    assert session.receive(text) is None
    assert session.under_way == (1, 2, 3)


def test_what_is_read_has_its_types_and_no_holes(session):
    session.command("Storage.GetStorage")
    unit = {"id": "RC1", "capacity": "20", "status": "newWord", "cash": 7, "vendor": {"a": 1}}
    good = {"id": "C2", "cash": {"status": {"initial": {"unrecognized": 3, "CNY100": {"fit": 1, "unfit": None}}}}}
    storage = {"unit1": unit, "unit2": None, "unit3": [], "unit4": good}
    header = {"type": "completion", "name": "Storage.GetStorage", "requestId": 4}
    received = session.receive(json.dumps({"header": header, "payload": {"storage": storage, "vendor": 1}}))
    assert isinstance(received, Completed)
    good["cash"]["status"]["initial"]["CNY100"].pop("unfit")
    assert received.payload == {"storage": {"unit1": {"id": "RC1", "capacity": 20, "status": "newWord"}, "unit4": good}}


def test_what_is_right_is_passed_on_as_it_came(session):
    status = {"common": {"device": "a new word", "vendor": None}, "vendors": [None, {"b": []}], "cardReader": None}
    header = {"type": "unsolicited", "name": "Common.StatusChangedEvent"}
    received = session.receive(json.dumps({"header": header, "payload": status}))
    assert received == Unsolicited("Common.StatusChangedEvent", status)


@pytest.mark.parametrize("status", ["invalidMessage", "invalidRequestID", "tooManyRequests"])
@pytest.mark.parametrize("place", ["header", "payload"])
def test_a_refusing_acknowledge_is_the_last_word(session, status, place):
    message = {"header": {"type": "acknowledge", "name": DISPENSE, "requestId": 2}, "payload": {}}
    message[place]["status"] = status
    assert session.receive(json.dumps(message)) == Completed(2, DISPENSE, status)
    late = '{"header":{"type":"completion","name":"CashDispenser.Dispense","requestId":2}}'
    assert session.receive(late) is None


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"header":{"type":"greeting","name":"x"}}', "{" * 5000, b"\xff"])
def test_rubbish_is_said_and_harms_nothing(session, text):
    with pytest.raises(GuitaiError) as caught:
        session.receive(text)
    assert caught.value.code == "xfs.malformed"
    assert session.under_way == (1, 2, 3)


def test_two_megabytes_and_not_more_go_out_and_come_in(session):
    with pytest.raises(GuitaiError) as caught:
        session.command("Printer.PrintRaw", {"inputData": "no", "data": "AAAA" * (MAX_BYTES // 4)})
    assert caught.value.code == "xfs.too_large"
    with pytest.raises(GuitaiError) as caught:
        session.receive(b"x" * (MAX_BYTES + 1))
    assert caught.value.code == "xfs.too_large"
    assert session.under_way == (1, 2, 3), "what was not sent waits for nothing"


COMMANDS = {
    "timeout in the header": '{"header":{"type":"command","name":"%s","requestId":1,"timeout":5000}}',
    "timeout in the payload": '{"header":{"type":"command","name":"%s","requestId":1},"payload":{"timeout":5000}}',
    "timeout with a point": '{"header":{"type":"command","name":"%s","requestId":1,"timeout":5000.0},"payload":{}}',
    "nulls": '{"header":{"type":"command","name":"%s","requestId":1,"timeout":5000,"status":null,"version":null},'
    '"payload":{"track1":null,"track2":null}}',
    "unknown properties": '{"header":{"type":"command","name":"%s","requestId":1,"timeout":5000,"x":1},'
    '"payload":{"colour":"red"}}',
}


@pytest.mark.parametrize("text", COMMANDS.values(), ids=list(COMMANDS))
def test_commands_of_other_clients(text):
    host = HostSession({READ})
    host.connected(1)
    acknowledge, start = host.received(1, text % READ)
    assert isinstance(acknowledge, Send)
    assert isinstance(start, Start)
    assert start.job.timeout_ms == 5000


def test_a_bad_token_is_told_from_other_bad_data():
    host = HostSession({DISPENSE})
    host.connected(1)
    for payload, code in (({"token": "NONCE=lower"}, "invalidTokenFormat"), ({"position": "moon"}, "invalidData")):
        text = json.dumps({"header": {"type": "command", "name": DISPENSE, "requestId": 1}, "payload": payload})
        answer = json.loads(host.received(1, text)[1].text)
        assert answer["header"]["completionCode"] == code


def test_the_first_versions_say_everything_in_the_payload():
    host = HostSession({READ}, FIRST)
    host.connected(1)
    text = json.dumps({"header": {"type": "command", "name": READ, "requestId": 1}})
    start = host.received(1, text)[1]
    again = json.loads(host.received(1, text)[0].text)
    assert again["payload"] == {"status": "invalidRequestID"}
    assert isinstance(start.job, Job)
    done = json.loads(host.finished(start.job, Completion("timeOut"))[0].text)
    assert done["payload"] == {"completionCode": "timeOut"}
    assert "completionCode" not in done["header"]
