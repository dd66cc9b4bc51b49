"""Everything the console's routes work with, put together once."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.clock import Clock
from guitai.config import Config
from headquarters.commander import Commander
from headquarters.console.approvals import Approvals
from headquarters.console.audit import Audit
from headquarters.console.board import Board
from headquarters.console.briefing import Briefings
from headquarters.console.deeds import Deeds
from headquarters.console.desk import Desk
from headquarters.console.guard import CALLBACK, Services
from headquarters.console.limits import LOGIN, PERSON, Buckets
from headquarters.console.logins import Logins
from headquarters.console.notes import Notes
from headquarters.console.outcomes import Outcomes
from headquarters.console.promise import Promise
from headquarters.console.provider import Provider
from headquarters.console.recordings import Recordings
from headquarters.console.relays import Relays
from headquarters.console.second_factor import SecondFactors
from headquarters.console.service_figures import ServiceFigures
from headquarters.console.staff import Staff
from headquarters.console.supervisor import Supervisor
from headquarters.engine import Engine
from headquarters.live import Live
from headquarters.store import Store


@dataclass(frozen=True, slots=True)
class House:
    """The console's rooms."""

    engine: Engine
    live: Live
    clock: Clock
    board: Board
    desk: Desk
    deeds: Deeds
    approvals: Approvals
    briefings: Briefings
    notes: Notes
    outcomes: Outcomes
    supervisor: Supervisor
    promise: Promise
    recordings: Recordings
    service: ServiceFigures
    relays: Relays


def services_for(config: Config, store: Store, live: Live, key: Ed25519PrivateKey, clock: Clock) -> Services:
    """Return who is logged in and what is written down, over a store."""
    engine = store.connection
    origin = origin_of(config)
    return Services(
        store, live, clock, Logins(engine, clock), Audit(engine, clock), Staff(engine, clock),
        Provider(config.console, origin + CALLBACK, clock), SecondFactors(engine, key, clock),
        Buckets(PERSON, clock), Buckets(LOGIN, clock), origin,
    )  # fmt: skip


def house_for(config: Config, services: Services, commander: Commander, key: Ed25519PrivateKey) -> House:
    """Return the console around its services."""
    store, live, clock = services.store, services.live, services.clock
    engine = store.connection
    board, desk = Board(engine, services.staff, clock), Desk(store, commander, live, clock)
    approvals, notes = Approvals(engine, key, clock), Notes(engine, clock)
    return House(
        engine, live, clock, board, desk, Deeds(engine, desk, approvals, clock), approvals,
        Briefings(engine, board, approvals, notes, clock), notes, Outcomes(engine, clock),
        Supervisor(engine, board, approvals, clock), Promise(engine, board, services.staff, commander, live, clock),
        Recordings(engine), ServiceFigures(engine), Relays(config.relays, clock),
    )  # fmt: skip


def origin_of(config: Config) -> str:
    """Return the console's own origin."""
    url = config.console.url or f"https://{config.headquarters.host}:{config.headquarters.port}"
    return url.rstrip("/")
