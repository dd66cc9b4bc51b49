"""While a device waits for a person it still tells others how it is; while it moves, every question waits."""

from __future__ import annotations

import json

import pytest

from firmware_bridge.protocol.host import Answer, Completion, HostSession, Send, Start

READ, MOVE, STATUS = "CardReader.ReadRawData", "CardReader.Move", "Common.Status"


def command(number: int, name: str, payload: object = None) -> str:
    return json.dumps({"header": {"type": "command", "name": name, "requestId": number}, "payload": payload})


@pytest.fixture
def session() -> HostSession:
    session = HostSession({READ, MOVE, STATUS}, waits=frozenset({READ}))
    session.connected(1)
    session.connected(2)
    return session


def kinds(actions: list[object]) -> list[type]:
    return [type(action) for action in actions]


def test_status_is_answered_beside_a_command_that_waits_for_a_person(session: HostSession):
    reading = session.received(1, command(1, READ))[-1]
    asked = session.received(2, command(1, STATUS))
    assert kinds(asked) == [Send, Answer]
    assert kinds(session.finished(asked[-1].job, Completion())) == [Send]
    assert kinds(session.received(2, command(2, MOVE))) == [Send]
    assert kinds(session.finished(reading.job, Completion())) == [Send, Start]


def test_status_waits_while_something_moves(session: HostSession):
    session.received(1, command(1, MOVE))
    assert kinds(session.received(2, command(1, STATUS))) == [Send]


def test_nobody_overtakes_themselves(session: HostSession):
    session.received(1, command(1, READ))
    session.received(2, command(1, MOVE))
    assert kinds(session.received(2, command(2, STATUS))) == [Send]
