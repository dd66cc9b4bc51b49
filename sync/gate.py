"""Who may order this kiosk about: a command passes signature, kiosk, nonce, expiry and list, or is rejected. No I/O."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from guitai.errors import GuitaiError
from guitai.messages import codec, takeover
from guitai.messages.branch import RELEASE_JOURNAL
from guitai.wire.commands import FILES, STALE, Body, Command, Reply, opened
from guitai.wire.remote import JOB_CANCEL, JOB_START, JobCancel, JobStart
from guitai.wire.video import VIDEO_OFFER, VideoOffer

JOBS = frozenset({JOB_START, JOB_CANCEL})
NOT_CORES: dict[str, type[Body]] = {JOB_START: JobStart, JOB_CANCEL: JobCancel, VIDEO_OFFER: VideoOffer}
"""Commands that core does not see, with the shape of their data: sync's own, and the video process's."""

ALLOWED = takeover.COMMANDS | FILES | NOT_CORES.keys() | {RELEASE_JOURNAL}
"""All a kiosk does on command; the rest of the events are nobody's to send."""

MONEY = takeover.MONEY
"""Not while the clock's skew is unknown."""

NONCE_LIFE_NS = 600_000_000_000
RENEW_AFTER_NS = 300_000_000_000
FRESH_NS = 250_000_000
"""A nonce this young serves the next refusal, too: thousands of stale commands may come at once after an outage."""

MS = 1_000_000


@dataclass(frozen=True, slots=True)
class Order:
    """A command that passed, for core."""

    id: str
    name: str
    data: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A command that did not."""

    id: str
    reason: str


class Gate:
    """Holds the nonces given out and the answers already given.

    The default is refusal. A command that comes again (QoS 1 may deliver twice) gets the same answer and is not carried
    out again; answers are kept as long as their nonce is good.
    """

    def __init__(
        self,
        kiosk: str,
        key: Ed25519PublicKey,
        now_ns: Callable[[], int],
        make_nonce: Callable[[], str] = lambda: secrets.token_hex(16),
    ) -> None:
        self._kiosk, self._key, self._now_ns, self._make_nonce = kiosk, key, now_ns, make_nonce
        self._issued: dict[str, int] = {}
        self._replies: dict[str, tuple[int, Reply | None]] = {}
        self.skew_known = False
        self.nonce = ""
        self.renew()

    def renew(self) -> None:
        """Give out a new nonce; older ones stay good until they have lived out."""
        now = self._now_ns()
        self._issued = {nonce: at for nonce, at in self._issued.items() if now - at < NONCE_LIFE_NS}
        self._replies = {id_: entry for id_, entry in self._replies.items() if now - entry[0] < 2 * NONCE_LIFE_NS}
        self.nonce = self._make_nonce()
        self._issued[self.nonce] = now

    def stale(self) -> bool:
        """Tell whether it is time to renew."""
        return self._now_ns() - self._issued[self.nonce] >= RENEW_AFTER_NS

    def check(self, name: str, payload: bytes) -> Order | Refusal | Reply | None:
        """Return the order, the refusal, the reply already given, or None while the same command is being carried out.

        Raises GuitaiError ``mqtt.bad_command`` or ``mqtt.bad_signature``: nobody to answer, headquarters did not send it.
        """
        command = opened(payload, Command, self._key)
        if command.id in self._replies:
            return self._replies[command.id][1]
        reason = self._reason(name, command)
        if reason in STALE and self._now_ns() - self._issued[self.nonce] >= FRESH_NS:
            self.renew()  # the refusal carries a nonce headquarters can use
        if reason:
            return Refusal(command.id, reason)
        self._replies[command.id] = (self._now_ns(), None)
        return Order(command.id, command.name, command.data)

    def reply(self, id_: str, reason: str, data: dict[str, Any] | None = None) -> Reply:
        """Return the answer to a command (an empty reason accepts) and keep it for repetitions."""
        status: Literal["accepted", "rejected"] = "rejected" if reason else "accepted"
        reply = Reply(id=id_, status=status, reason=reason[:200], nonce=self.nonce, data=data or {})
        if id_ in self._replies:
            self._replies[id_] = (self._now_ns(), reply)
        return reply

    def _reason(self, name: str, command: Command) -> str:
        issued = self._issued.get(command.nonce)
        age_ns = self._now_ns() - issued if issued is not None else NONCE_LIFE_NS
        if command.kiosk != self._kiosk:
            return "other_kiosk"
        if command.name != name or name not in ALLOWED:
            return "not_allowed"
        if age_ns >= NONCE_LIFE_NS:
            return "unknown_nonce"
        if age_ns > command.expires_ms * MS:
            return "expired"
        if name in MONEY and not self.skew_known:
            return "clock_unknown"
        try:
            if name in NOT_CORES:
                NOT_CORES[name].model_validate(command.data, strict=True)
            else:
                codec.event_from({**command.data, "type": name})
        except (GuitaiError, ValidationError):
            return "bad_data"
        return ""
