"""Sends signed commands to kiosks and awaits their answers; knows each kiosk's state and nonce."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.tables import TOPICS, Lane
from guitai.wire.commands import STALE, Command, Mark, Reply, State, Watermark, plain, sign
from guitai.wire.mqtt import Message, MqttLink, Publication

ANSWER_TIMEOUT_S = 6.0
COMMAND_LIFE_MS = 30_000
TELL_LIFE_MS = 10_000
"""Of what is told without awaiting an answer: later it means nothing."""

MOST_TOLD = 1_000
"""So many answers of what was told may be due."""

MS = 1_000_000

Answered = Callable[[Reply], None]


@dataclass(frozen=True, slots=True)
class _Known:
    """A kiosk as its state topic shows it."""

    branch: str
    online: bool
    nonce: str
    heard_ns: int


class Acknowledger:
    """Tells kiosks over one MQTT line what is stored."""

    def __init__(self, line: MqttLink, key: Ed25519PrivateKey, clock: Clock) -> None:
        self._line, self._key, self._clock = line, key, clock

    def send_watermark(self, branch: str, kiosk: str, marks: dict[Lane, Mark], *, again: bool = False) -> None:
        """Acknowledge; with `again` also ask for what is missing."""
        body = Watermark(kiosk=kiosk, at_ms=self._clock.unix_ms(), lanes=marks, again=again)
        topic = TOPICS["command"].format(branch=branch, kiosk=kiosk, name="watermark")
        self._line.publish(Publication(topic, sign(body, self._key)))


class Commander(Acknowledger):
    """Speaks to kiosks over one MQTT line."""

    def __init__(self, line: MqttLink, key: Ed25519PrivateKey, clock: Clock) -> None:
        super().__init__(line, key, clock)
        self._kiosks: dict[str, _Known] = {}
        self._waiting: dict[bytes, asyncio.Future[Reply]] = {}
        self._told: dict[bytes, Answered] = {}

    def online(self, kiosk: str) -> bool:
        """Tell whether the kiosk's last word was that it is there."""
        return kiosk in self._kiosks and self._kiosks[kiosk].online

    def known(self) -> dict[str, str]:
        """Return kiosk → branch of all that are online."""
        return {kiosk: known.branch for kiosk, known in self._kiosks.items() if known.online}

    def heard_state(self, branch: str, kiosk: str, message: Message) -> State:
        """Take in a kiosk's birth or death and return it. Raises GuitaiError ``mqtt.bad_command``."""
        state = plain(message.payload, State)
        self._kiosks[kiosk] = _Known(branch, state.online, state.nonce, self._clock.monotonic_ns())
        return state

    def heard_reply(self, kiosk: str, message: Message) -> None:
        """Hand an answer to whoever waits for it. Raises GuitaiError ``mqtt.bad_command``."""
        reply = plain(message.payload, Reply)
        if known := self._kiosks.get(kiosk):
            self._kiosks[kiosk] = _Known(known.branch, True, reply.nonce, self._clock.monotonic_ns())
        waiting = self._waiting.get(message.correlation)
        if waiting is not None and not waiting.done():
            waiting.set_result(reply)
        elif (answered := self._told.pop(message.correlation, None)) is not None:
            answered(reply)

    async def command(self, kiosk: str, name: str, data: dict[str, Any]) -> Reply:
        """Send a command and return the kiosk's answer, also a rejection.

        Raises GuitaiError ``hq.rejected`` if the kiosk is offline or does not answer.
        """
        reply = await self._once(kiosk, name, data)
        if reply.status == "rejected" and reply.reason in STALE:  # with a nonce that may cure it: one more try
            reply = await self._once(kiosk, name, data)
        return reply

    def tell(self, kiosk: str, name: str, data: dict[str, Any], answered: Answered = lambda _: None) -> bool:
        """Send a command without awaiting its answer (a beat, a place in the queue); return whether it went out.

        `answered` is called if an answer comes. Whatever it says, its nonce is taken up: one told over an old nonce is lost, the
        next is not.
        """
        known = self._kiosks.get(kiosk)
        if known is None or not known.online:
            return False
        if len(self._told) >= MOST_TOLD:
            del self._told[next(iter(self._told))]  # the oldest: its answer has long been due
        correlation = secrets.token_bytes(12)
        self._told[correlation] = answered
        return self._send(known, kiosk, name, data, correlation, TELL_LIFE_MS)

    async def _once(self, kiosk: str, name: str, data: dict[str, Any]) -> Reply:
        known = self._kiosks.get(kiosk)
        if known is None or not known.online:
            raise GuitaiError("hq.rejected", reason="kiosk_offline")
        correlation = secrets.token_bytes(12)
        answer: asyncio.Future[Reply] = asyncio.get_running_loop().create_future()
        self._waiting[correlation] = answer
        try:
            if not self._send(known, kiosk, name, data, correlation, COMMAND_LIFE_MS):
                raise GuitaiError("hq.rejected", reason="broker_offline")
            return await asyncio.wait_for(answer, ANSWER_TIMEOUT_S)
        except TimeoutError as error:
            raise GuitaiError("hq.rejected", reason="no_answer") from error
        finally:
            del self._waiting[correlation]

    def _send(
        self, known: _Known, kiosk: str, name: str, data: dict[str, Any], correlation: bytes, life_ms: int
    ) -> bool:
        age_ms = (self._clock.monotonic_ns() - known.heard_ns) // MS
        command = Command(
            id=secrets.token_hex(12), kiosk=kiosk, name=name, nonce=known.nonce, expires_ms=age_ms + life_ms, data=data
        )
        here = {"branch": known.branch, "kiosk": kiosk}
        return self._line.publish(
            Publication(
                TOPICS["command"].format(name=name, **here),
                sign(command, self._key),
                response_topic=TOPICS["reply"].format(**here),
                correlation=correlation,
                expiry_s=life_ms // 1000,
            )
        )
