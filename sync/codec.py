"""Between frames of core's socket, MQTT messages and what sync works with: parsing only, no I/O."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import orjson
from pydantic import BaseModel, ConfigDict, ValidationError

from guitai.errors import GuitaiError
from guitai.messages.codec import convert
from guitai.messages.sync import OutboxRow
from guitai.tables import TOPICS, Lane
from guitai.wire.cloudevents import BATCH_TYPE, CONTENT_TYPE, batch_to_mqtt, to_mqtt
from guitai.wire.framing import Frame
from guitai.wire.mqtt import Publication

FIXED_BYTES = 16
"""Of a PUBLISH: header, lengths, packet id."""


class CommandResult(BaseModel):
    """Core's answer to a command."""

    model_config = ConfigDict(extra="ignore", frozen=True)

    status: Literal["accepted", "rejected"]
    reason: str = ""
    serial: int = 0
    """Of the command it answers."""


class Topics:
    """The topics of one kiosk."""

    def __init__(self, branch: str, kiosk: str) -> None:
        here = {"branch": branch, "kiosk": kiosk}
        self.state = TOPICS["state"].format(**here)
        self.reply = TOPICS["reply"].format(**here)
        self.commands = TOPICS["command"].format(name="+", **here)
        self.watermark = TOPICS["command"].format(name="watermark", **here)
        self.desired = TOPICS["desired"].format(**here)
        self.reported = TOPICS["reported"].format(**here)
        self.jobs = TOPICS["job"].format(name="reported", **here)
        self._event = TOPICS["event"].format(lane="{lane}", **here)
        self._command_root = self.commands.removesuffix("+")

    def event(self, lane: Lane) -> str:
        """Return the topic of a lane."""
        return self._event.format(lane=lane)

    def command_name(self, topic: str) -> str | None:
        """Return the name at the end of a command topic, None for any other topic."""
        name = topic.removeprefix(self._command_root)
        return name if name != topic and name and "/" not in name else None


def rows_of(frame: Frame) -> list[OutboxRow]:
    """Return the rows of an ``outbox-batch``, a JSON array in its payload. Raises GuitaiError ``wire.bad_data``."""
    try:
        rows = orjson.loads(frame.payload)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("wire.bad_data", type="outbox-batch", reason=str(error)) from error
    return convert(rows, list[OutboxRow])


def result_of(frame: Frame) -> CommandResult:
    """Return a ``command-result``. Raises GuitaiError ``wire.bad_data``."""
    try:
        return CommandResult.model_validate(frame.data)
    except ValidationError as error:
        raise GuitaiError("wire.bad_data", type="command-result", reason=error.errors()[0]["msg"]) from error


def event_publication(row: OutboxRow, topics: Topics, source: str) -> Publication:
    """Return the MQTT message that carries a row."""
    user, payload = to_mqtt(row, source)
    return Publication(topics.event(row.lane), payload, user=user, content_type=CONTENT_TYPE)


def batch_publication(rows: Sequence[OutboxRow], topics: Topics, source: str) -> Publication:
    """Return the MQTT message that carries many rows of one lane, compressed."""
    user, payload = batch_to_mqtt(rows, source)
    return Publication(topics.event(rows[0].lane), payload, user=user, content_type=BATCH_TYPE)


def size_of(publication: Publication) -> int:
    """Return about how many bytes a message takes on the line, TLS and TCP not counted."""
    user = sum(len(name) + len(value) + 5 for name, value in publication.user)
    return FIXED_BYTES + len(publication.topic) + len(publication.payload) + len(publication.content_type) + user
