"""guitai devices trace: the XFS4IoT messages as they pass, one line each, without anything that belongs to a customer."""

from __future__ import annotations

import asyncio
import contextlib
import datetime
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import click

from firmware_bridge.client.connected import chosen, connected
from firmware_bridge.client.link import Link
from firmware_bridge.protocol.client import Unsolicited
from firmware_bridge.protocol.envelope import Message
from firmware_bridge.redaction import HIDDEN, redacted
from firmware_bridge.words.book import Language, of_ending
from guitai import config as configuration
from guitai.cli.devices.options import language_option
from guitai.cli.devices.phrases import Phrases
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect

MOST_FIELDS = 8
"""Fields on one line; the rest are counted, as are the hidden ones."""

Traced = Mapping[str, Any]


@click.command(name="trace")
@click.option("--device", help="Only this device.")
@click.option("--seconds", type=click.FloatRange(min=0, min_open=True), help="Stop by itself; else Ctrl-C ends it.")
@language_option
@click.pass_obj
def tracing(files: tuple[Path, ...], device: str | None, seconds: float | None, lang: Language) -> None:
    """Show messages as they pass. Card data, PIN blocks, keys, tokens and texts are never shown."""
    config, say = configuration.load(files), Phrases(lang)
    with contextlib.suppress(KeyboardInterrupt, TimeoutError):
        asyncio.run(_trace(config, device, seconds, say))


async def _trace(config: Config, device: str | None, seconds: float | None, say: Phrases) -> None:
    service = await _service_name(config, device)
    async with asyncio.timeout(seconds):
        try:
            stream = await connect(config.paths.run / SOCKETS["trace"])
        except GuitaiError as error:
            if not isinstance(error.__cause__, FileNotFoundError):
                raise
            await _events_only(config, device, say)
            return
        try:
            await stream.send("trace", service=service)
            click.echo(say("trace.listening"))
            async for frame in stream:
                if frame.type == "message":
                    if frame.data.get("missed"):
                        click.echo(say("trace.missed", count=frame.data["missed"]))
                    click.echo(line(frame.data, say))
        finally:
            stream.close()
    raise GuitaiError("technician.devices_gone")


async def _service_name(config: Config, device: str | None) -> str:
    if device is None:
        return ""
    async with connected(config) as found:
        return chosen(found, device)[0].name


async def _events_only(config: Config, device: str | None, say: Phrases) -> None:
    """A vendor's services have no tap: a second client hears what happens by itself, no commands."""
    wanted: set[str] = set()

    def on_event(link: Link, event: Unsolicited) -> None:
        if not wanted or link.name in wanted:
            message = Message("unsolicited", event.name, None, event.payload)
            now_s = datetime.datetime.now(tz=datetime.UTC).timestamp()
            told = {"at_s": now_s, "service": link.name, "client": 0, "sent": True, "type": "unsolicited"}
            click.echo(line(told | {"name": event.name, "payload": redacted(message)}, say))

    async with connected(config, on_event) as found:
        wanted |= {link.name for link in chosen(found, device)} if device else set()
        click.echo(say("trace.events_only"))
        await asyncio.Event().wait()


def line(message: Traced, say: Phrases) -> str:
    """Return one readable line: time, device, direction and kind, name, number, how it ended, fields."""
    at = datetime.datetime.fromtimestamp(message["at_s"], tz=datetime.UTC).astimezone()
    kind, number = message["type"], message.get("request_id")
    parts = [
        at.strftime("%H:%M:%S.") + f"{at.microsecond // 1000:03d}",
        message["service"] or "ServicePublisher",
        "←" if message["sent"] else "→",
        say(f"trace.{kind}"),
        message["name"] + (f" #{message['client']}.{number}" if number else ""),
        _outcome(message, say),
        _fields(message.get("payload") or {}),
    ]
    return " ".join(part for part in parts if part)


def _outcome(message: Traced, say: Phrases) -> str:
    code = message.get("code") or ""
    if code in ("", "success"):
        return "✓" if code else ""
    error_code = str((message.get("payload") or {}).get("errorCode") or "")
    sentence = of_ending(message["name"], code, error_code, (message["service"],))
    return f"✗ {error_code or code}" + (f"（{sentence.says(say.language)}）" if sentence else "")


def _fields(payload: Traced) -> str:
    flat = list(_flat(payload, ""))
    shown = [f"{path}={value}" for path, value in flat if value != HIDDEN]
    hidden, more = len(flat) - len(shown), len(shown) - MOST_FIELDS
    tail = (f"+{more}" if more > 0 else "", f"{HIDDEN}×{hidden}" if hidden else "")
    return " ".join(part for part in (*shown[:MOST_FIELDS], *tail) if part)


def _flat(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flat(inner, f"{path}.{key}" if path else key)
    elif isinstance(value, list):
        for number, inner in enumerate(value, start=1):
            yield from _flat(inner, f"{path}[{number}]")
    elif value is not None:
        yield path, str(value).lower() if isinstance(value, bool) else str(value)
