"""The relays a browser may use, with a name and a password that run out: coturn's `use-auth-secret`.

The password is HMAC-SHA1 of the name under a secret that headquarters and the relay share; the name begins with the second
at which it ends (draft-uberti-behave-turn-rest-00). A browser that leaks both gives away an hour of relaying, no more.
"""

from __future__ import annotations

import base64
import hashlib
import hmac

from guitai.clock import Clock
from guitai.config_sections import Relays as Settings
from headquarters.console.shown import IceOut, IceServerOut

LIFE_S = 3_600
"""Longer than any takeover: it is asked for anew with each connection."""


class Relays:
    """Reads what `relays.*` says."""

    def __init__(self, config: Settings, clock: Clock) -> None:
        self._config, self._clock = config, clock

    def for_browser(self, person_id: str) -> IceOut:
        """Return the servers of an RTCConfiguration; none where none is configured."""
        config, servers = self._config, []
        if config.stun:
            servers.append(IceServerOut(urls=[config.stun]))
        if config.turn:
            name = f"{self._clock.unix_ms() // 1000 + LIFE_S}:{person_id}"
            password = password_of(name, config.turn_secret.get_secret_value())
            servers.append(IceServerOut(urls=list(config.turn), username=name, credential=password))
        return IceOut(servers=servers, relay_only=config.relay_only)


def password_of(name: str, secret: str) -> str:
    """Return the password that the relay expects of a name."""
    return base64.b64encode(hmac.new(secret.encode(), name.encode(), hashlib.sha1).digest()).decode()
