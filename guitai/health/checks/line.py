"""Can headquarters' broker and the bank host be reached, do we trust each other, and is our clock theirs?"""

from __future__ import annotations

import asyncio
import ssl
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.finding import Finding, finding
from guitai.wire.tls import Identity, client_context

ANSWERS_S = 3.0
SKEW_S = 60
"""Headquarters' own bar for a clock that is wrong (headquarters/fleet.py)."""

ALERT_S = 0.5
"""In TLS 1.3 a server refuses our certificate after the handshake: the alert comes instead of silence."""


async def broker(config: Config) -> list[Finding]:
    """The broker, as far as TLS: we speak no MQTT, since that would take sync's place there."""
    context = _context(config)
    if context is None:
        return []
    address = f"{config.mqtt.host}:{config.mqtt.port}"
    try:
        async with asyncio.timeout(ANSWERS_S):
            reader, writer = await asyncio.open_connection(config.mqtt.host, config.mqtt.port, ssl=context)
    except ssl.SSLCertVerificationError as error:
        return [finding("line.stranger", address=address, reason=error.verify_message)]
    except ssl.SSLError as error:
        return [finding("line.refused", reason=error.reason or error)]
    except (OSError, TimeoutError) as error:
        return [finding("line.unreachable", address=address, reason=_said(error))]
    try:
        async with asyncio.timeout(ALERT_S):
            await reader.read(1)
    except TimeoutError:
        return []
    except (ssl.SSLError, ConnectionError) as error:
        return [finding("line.refused", reason=getattr(error, "reason", None) or error)]
    finally:
        writer.close()
    return [finding("line.refused", reason="it hung up")]


async def bank(config: Config) -> list[Finding]:
    """The bank host; and its clock, which is headquarters'."""
    context = _context(config)
    if context is None:
        return []
    parts = urlsplit(config.bank.url)
    host, port = parts.hostname or "", parts.port or 443
    address = f"{host}:{port}"
    try:
        async with asyncio.timeout(ANSWERS_S):
            reader, writer = await asyncio.open_connection(host, port, ssl=context)
            writer.write(f"HEAD / HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            head = await reader.read(4096)
            writer.close()
    except ssl.SSLCertVerificationError as error:
        return [finding("line.stranger", address=address, reason=error.verify_message)]
    except (OSError, TimeoutError) as error:
        return [finding("bank.unreachable", address=address, reason=_said(error))]
    return _skew(head)


def _skew(head: bytes) -> list[Finding]:
    dates = [line[5:].strip() for line in head.decode("latin-1").splitlines() if line.lower().startswith("date:")]
    if not dates:
        return []
    try:
        theirs = parsedate_to_datetime(dates[0]).timestamp()
    except ValueError:
        return []
    seconds = round(SystemClock().unix_ms() / 1000 - theirs)
    return [finding("clock.wrong", seconds=seconds)] if abs(seconds) >= SKEW_S else []


def _context(config: Config) -> ssl.SSLContext | None:
    try:
        return client_context(Identity.of(config.paths.keys, "kiosk"))
    except GuitaiError:  # the checks of keys and certificates say so
        return None


def _said(error: BaseException) -> str:
    return str(error) or "no answer"
