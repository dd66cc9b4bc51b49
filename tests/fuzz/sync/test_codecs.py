"""Whatever comes over the line or the socket is understood exactly or refused with a code; nothing else is raised."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.messages.sync import OutboxRow, chain_hash
from guitai.tables import LANES
from guitai.wire.cloudevents import BATCH_TYPE, MAX_BATCH_BYTES, batch_to_mqtt, events_of, from_mqtt, source_of, to_mqtt
from guitai.wire.commands import Command, Reply, State, Watermark, opened, plain
from guitai.wire.framing import Frame
from sync.codec import Topics, result_of, rows_of
from tests.unit.sync.keys import KEY, command

TEXT = st.text(max_size=30)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.floats(allow_nan=False, allow_infinity=False) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=8,
)  # fmt: skip
BODY = st.dictionaries(TEXT, JSON, max_size=4)
HASH = st.text("0123456789abcdef", min_size=64, max_size=64)
SOURCE = source_of("heping", "kiosk-001")


def refusal(deed: Callable[[], object]) -> str:
    """Return the code a deed is refused with, or an empty string if it succeeds."""
    try:
        deed()
    except GuitaiError as error:
        return error.code
    return ""


@st.composite
def rows(draw: st.DrawFn) -> OutboxRow:
    lane, sequence, body = draw(st.sampled_from(LANES)), draw(st.integers(1, 10**17)), draw(BODY)
    id_, session = draw(st.text(min_size=1, max_size=40)), draw(TEXT)
    at_ms, previous = draw(st.integers(0, 4_102_444_800_000)), draw(HASH)
    digest = chain_hash(previous, lane, sequence, id_, "risk.decided", session, at_ms, body)
    return OutboxRow(lane, sequence, id_, "risk.decided", session, at_ms, previous, digest, body)


@given(rows())
def test_a_row_survives_the_line_bit_for_bit(row: OutboxRow) -> None:
    user, payload = to_mqtt(row, SOURCE)
    assert from_mqtt(user, payload) == (SOURCE, row)


@given(st.lists(rows(), min_size=1, max_size=5))
def test_a_batch_survives_the_line_bit_for_bit(batch: list[OutboxRow]) -> None:
    user, payload = batch_to_mqtt(batch, SOURCE)
    assert events_of(BATCH_TYPE, user, payload) == [(SOURCE, row) for row in batch]


@given(st.lists(rows(), min_size=2, max_size=5), st.data())
def test_one_bad_row_of_a_batch_takes_none_with_it(batch: list[OutboxRow], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(batch) - 1))
    forged = [replace(row, sequence=row.sequence + 1) if n == at else row for n, row in enumerate(batch)]
    found = events_of(BATCH_TYPE, *batch_to_mqtt(forged, SOURCE))
    assert [row for n, row in enumerate(found) if n != at] == [(SOURCE, row) for n, row in enumerate(batch) if n != at]
    assert isinstance(found[at], GuitaiError)


@given(st.binary(max_size=60) | JSON.map(orjson.dumps).map(zlib.compress), st.booleans())
def test_rubbish_is_no_batch(payload: bytes, encoded: bool) -> None:
    user = (("content-encoding", "deflate"),) if encoded else ()
    try:
        found = events_of(BATCH_TYPE, user, payload)
    except GuitaiError as error:
        found = [error]
    assert all(isinstance(one, GuitaiError) and one.code == "mqtt.bad_event" for one in found)


def test_a_batch_that_grows_without_end_is_refused() -> None:
    bomb = zlib.compress(b"[" + b" " * MAX_BATCH_BYTES + b"]")
    assert refusal(lambda: events_of(BATCH_TYPE, (("content-encoding", "deflate"),), bomb)) == "mqtt.bad_event"


@given(rows(), st.data())
def test_any_change_of_an_attribute_or_the_body_is_noticed(row: OutboxRow, data: st.DataObject) -> None:
    user, payload = to_mqtt(row, SOURCE)
    names = [name for name, _ in user if name not in ("source", "traceparent")]
    name = data.draw(st.sampled_from(names))
    old = dict(user)[name]
    new = data.draw((TEXT | st.text("0123456789abcdef", min_size=1, max_size=64)).filter(lambda text: text != old))
    changed = tuple((key, new if key == name else value) for key, value in user)
    with pytest.raises(GuitaiError, match=r"mqtt\.bad_(event|hash)"):
        from_mqtt(changed, payload)
    with pytest.raises(GuitaiError, match=r"mqtt\.bad_(event|hash)"):
        from_mqtt(user, payload[:-1])


@given(st.lists(st.tuples(TEXT, TEXT), max_size=6), st.binary(max_size=60))
def test_rubbish_is_a_bad_event(user: list[tuple[str, str]], payload: bytes) -> None:
    with pytest.raises(GuitaiError, match=r"mqtt\.bad_event"):
        from_mqtt(tuple(user), payload)


@given(st.binary(max_size=200) | JSON.map(orjson.dumps))
def test_rubbish_is_no_command_and_no_state(payload: bytes) -> None:
    for kind in (Command, Watermark):
        with pytest.raises(GuitaiError, match=r"mqtt\.bad_"):
            opened(payload, kind, KEY.public_key())
    for other in (State, Reply):
        assert refusal(lambda other=other: plain(payload, other)) in ("", "mqtt.bad_command")


@given(st.integers(0, 400), st.integers(0, 255))
def test_a_flipped_byte_of_a_command_is_refused_or_means_the_same(at: int, value: int) -> None:
    good = command("0" * 32)
    payload = bytearray(good)
    payload[at % len(payload)] = value
    code = refusal(lambda: opened(bytes(payload), Command, KEY.public_key()))
    assert code in ("", "mqtt.bad_command", "mqtt.bad_signature")
    if not code:
        assert opened(bytes(payload), Command, KEY.public_key()) == opened(good, Command, KEY.public_key())


@given(st.binary(max_size=40) | (JSON | st.lists(BODY, max_size=3)).map(orjson.dumps))
def test_a_strange_batch_is_refused_or_a_list(payload: bytes) -> None:
    assert refusal(lambda: rows_of(Frame("outbox-batch", {}, payload))) in ("", "wire.bad_data")


@given(st.lists(rows(), max_size=5))
def test_rows_come_from_core_as_they_were(sent: list[OutboxRow]) -> None:
    assert rows_of(Frame("outbox-batch", {}, msgspec.json.encode(sent))) == sent


@given(BODY)
def test_a_strange_result_is_refused_or_a_result(data: dict[str, Any]) -> None:
    assert refusal(lambda: result_of(Frame("command-result", data))) in ("", "wire.bad_data")


def test_a_body_too_deep_to_write_again_is_refused() -> None:
    deep = b'{"a":' + b"[" * 400 + b"]" * 400 + b"}"
    user, _ = to_mqtt(OutboxRow("money", 1, "S.1", "risk.decided", "S", 1, "0" * 64, "1" * 64, {}), SOURCE)
    assert refusal(lambda: from_mqtt(user, deep)) == "mqtt.bad_event"
    assert refusal(lambda: opened(deep, Command, KEY.public_key())) == "mqtt.bad_signature"


@given(TEXT)
def test_only_our_own_command_topics_have_a_name(topic: str) -> None:
    topics = Topics("heping", "kiosk-001")
    assert topics.command_name("bank/v1/heping/kiosk-001/cmd/teller.said") == "teller.said"
    for other in (
        topic,
        "bank/v1/heping/kiosk-002/cmd/x",
        "bank/v1/heping/kiosk-001/cmd/",
        "bank/v1/heping/kiosk-001/cmd/a/b",
    ):
        if not other.startswith("bank/v1/heping/kiosk-001/cmd/") or other.endswith(("/", "/b")):
            assert topics.command_name(other) is None
