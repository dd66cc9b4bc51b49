"""A console over SQLite and PostgreSQL, without a broker: at the end of the commander's line stand kiosks that answer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import orjson
import pytest

from guitai.config import Config
from guitai.wire.commands import Command, State, opened
from guitai.wire.mqtt import Message, Publication
from headquarters.app import make_app
from headquarters.commander import Commander
from headquarters.console.house import house_for
from headquarters.engine import Where
from headquarters.service.routes import ServiceDesk
from headquarters.store import Store
from tests.fixtures.hq import bundles
from tests.fixtures.hq.clock import StandingClock
from tests.fixtures.hq.console import KEY, client, services, somebody
from tests.unit.service.desk import Kiosk

NOW = 1_764_000_000_000
NONCE = "0" * 32


@dataclass
class Line:
    """The end of the commander's line: kiosks that check the signature, remember, and answer."""

    told: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    refuse: str = ""
    silent: bool = False
    data: dict[str, Any] = field(default_factory=dict)
    commander: Commander | None = None

    def publish(self, publication: Publication) -> bool:
        command = opened(publication.payload, Command, KEY.public_key())
        self.told.append((command.name, command.data))
        status = "rejected" if self.refuse else "accepted"
        reply = {"id": command.id, "status": status, "reason": self.refuse, "nonce": NONCE, "data": self.data}
        message = Message("", orjson.dumps(reply), correlation=publication.correlation)
        if not self.silent:
            asyncio.get_running_loop().call_soon(self.commander.heard_reply, command.kiosk, message)
        return True

    def names(self) -> list[str]:
        return [name for name, _ in self.told]


class Room:
    """Everything a test touches."""

    def __init__(self, store: Store) -> None:
        self.clock, self.store, self.line = StandingClock(NOW), store, Line()
        self.commander = Commander(self.line, KEY, self.clock)  # type: ignore[arg-type]  # all it does is publish
        self.line.commander = self.commander
        self.services = services(store, self.clock)
        self.house = house_for(Config(), self.services, self.commander, KEY)
        self.kiosks: dict[str, Kiosk] = {}
        desk = ServiceDesk(store.connection, self.clock)
        self.app = make_app(self.house, self.services, None, desk, None, None, None)  # type: ignore[arg-type]

    def person(self, sub: str, **changes: Any):
        return client(self.app, self.services, somebody(sub, **changes))

    def kiosk(self, name: str = "kiosk-001", branch: str = "heping") -> Kiosk:
        """A kiosk that is online."""
        if name not in self.kiosks:
            self.kiosks[name] = Kiosk(self.store, name, branch)
            self.online(True, name, branch)
        return self.kiosks[name]

    def online(self, there: bool, name: str = "kiosk-001", branch: str = "heping") -> None:
        """A kiosk's line is there, or it is not."""
        state = State(online=there, nonce=NONCE).model_dump_json().encode()
        self.commander.heard_state(branch, name, Message("", state))

    def escalate(self, id_: str = "S1-1-help", kiosk: Kiosk | None = None, body: dict[str, Any] | None = None) -> str:
        session = id_.split("-")[0]
        (kiosk or self.kiosk()).send(
            "handover.escalate", body or bundles.scam(id_), session, self.clock.now_ms, id_=f"{id_}.event"
        )
        return f"/api/escalations/{id_}"

    def later(self, seconds: float) -> None:
        self.clock.now_ms += int(seconds * 1000)


@pytest.fixture
def room(place: Where) -> Iterator[Room]:
    store = Store(place)
    yield Room(store)
    store.close()
