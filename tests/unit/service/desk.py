"""A headquarters store in a folder, kiosks that send to it, and the HTTP application on it, without a broker."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from guitai.demo.identity import TELLER
from guitai.journal.mask import mask
from guitai.messages.codec import to_data
from guitai.messages.service import UnansweredQuestion, WorkOrder
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.messages.voice import IntentGuess
from guitai.tables import Lane, lane_of
from headquarters.app import make_app
from headquarters.engine import Where
from headquarters.service.routes import ServiceDesk
from headquarters.store import Arrival, Store
from tests.fixtures.hq.clock import StandingClock
from tests.fixtures.hq.console import client, services, somebody


@dataclass
class Kiosk:
    """Sends masked events as a kiosk's outbox does."""

    store: Store
    name: str = "kiosk-001"
    branch: str = "heping"
    heads: dict[Lane, tuple[int, str]] = field(default_factory=dict)
    sent: list[Arrival] = field(default_factory=list)

    def tell(self, message: Any, session_id: str = "S1", at_ms: int = 1_764_000_000_000, id_: str = "") -> OutboxRow:
        data = mask(to_data(message))
        return self.send(data.pop("type"), data, session_id, at_ms, id_)

    def send(
        self, type_: str, body: dict[str, Any], session_id: str = "S1", at_ms: int = 1_764_000_000_000, id_: str = ""
    ) -> OutboxRow:
        lane = lane_of(type_)
        last, previous = self.heads.get(lane, (0, GENESIS))
        id_ = id_ or f"{session_id}.{lane}.{last + 1}"
        digest = chain_hash(previous, lane, last + 1, id_, type_, session_id, at_ms, body)
        row = OutboxRow(lane, last + 1, id_, type_, session_id, at_ms, previous, digest, body)
        self.heads[lane] = (row.sequence, digest)
        self.sent.append(Arrival(self.branch, self.name, row))
        self.store.add(self.sent[-1:], at_ms)
        return row


@dataclass
class Headquarters:
    place: Where
    clock: StandingClock = field(default_factory=StandingClock)

    def __post_init__(self) -> None:
        self.store = Store(self.place)
        self.kiosk = Kiosk(self.store)
        self.desk = ServiceDesk(self.store.connection, self.clock)
        self.services = services(self.store, self.clock)

    @property
    def environment(self) -> dict[str, str]:
        """What tells the command line where these tables are."""
        database, keys = self.place.database, {"GUITAI__PATHS__KEYRING": str(self.place.keyring.parent)}
        if isinstance(database, Path):
            return keys | {"GUITAI__PATHS__STATE": str(database.parent)}
        return keys | {"GUITAI__HEADQUARTERS__DATABASE": database}

    def client(self, person: str = TELLER) -> httpx.AsyncClient:
        app = make_app(None, self.services, None, self.desk, None, None, None)
        return client(app, self.services, somebody(person))


def order(id_: str = "S1-1-unsolved", **changes: Any) -> WorkOrder:
    plain: dict[str, Any] = {
        "cause": "unsolved", "errand": "transfer", "category": "transfer", "subcategory": "transfer", "solution": "call_back",
        "entities": {"payee": "陈*然", "amount": "500.00 元"},
    }  # fmt: skip
    return WorkOrder(id_, **(plain | changes))


def question(id_: str = "S1-7-question", **changes: Any) -> UnansweredQuestion:
    plain: dict[str, Any] = {
        "why": "not_understood", "text": "鸭子怎么办", "intents": (IntentGuess("out_of_scope", 0.8), IntentGuess("transfer", 0.1)),
    }  # fmt: skip
    return UnansweredQuestion(id_, **(plain | changes))
