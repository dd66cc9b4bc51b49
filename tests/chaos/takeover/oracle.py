"""Judges a run of kills by what was written down: the kiosks' journals, replayed, and headquarters' database."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from guitai import session as core
from guitai.dialogue.state import Session
from guitai.messages.handover import Escalate, TellerJoined
from guitai.messages.session import CoreResumed
from guitai.shell.parts import REAL
from guitai.tables import branch_record
from headquarters.store import Store
from tests.chaos.takeover.people import ERRAND, Teller
from tests.chaos.takeover.town import KioskOfTown, Town, now_ms

BEAT_OVER_MS = 45_000
LATE_MS = 13_000
"""A beat may be 10 s on its way (headquarters lets it expire then); 3 s for a busy machine to notice an end."""

SLACK_MS = 3_000


@dataclass
class Lease:
    """As the kiosk had it."""

    kiosk: KioskOfTown
    escalation_id: str
    teller_id: str
    began_ms: int
    heard: list[int]
    ended_ms: int = 0
    resumed_ms: int = 0
    """When a core that had died took events again, last: it waits for the devices before it does."""


@dataclass
class Wait:
    """A call that nobody holds, as the kiosk had it."""

    kiosk: KioskOfTown
    escalation_id: str
    since_ms: int
    until_ms: int
    offline: list[tuple[int, int]]
    """When the kiosk heard nothing of headquarters, in that session."""


@dataclass
class Verdict:
    """What was counted, and what went wrong."""

    handovers: int = 0
    calls: int = 0
    sessions: int = 0
    longest_ms: int = 0
    """Between the last beat and the lease's end at the kiosk, core's own absence left out."""

    wrong: Counter[str] = field(default_factory=Counter)
    details: list[str] = field(default_factory=list)

    def add(self, what: str, detail: object) -> None:
        self.wrong[what] += 1
        self.details.append(f"{what}: {detail}")


class Kept:
    """What one session of one kiosk shows while it is replayed."""

    def __init__(self, kiosk: KioskOfTown, verdict: Verdict) -> None:
        self._kiosk, self._verdict = kiosk, verdict
        self.leases: list[Lease] = []
        self.waits: list[Wait] = []
        self._offline: list[tuple[int, int]] = []

        self._given: dict[str, str] = {}
        self._open: Lease | None = None
        self._waits: tuple[str, int] | None = None
        self._over = False

    def step(self, before: Session, state: Session, event: object, effects: tuple[object, ...]) -> None:
        if not before.online:
            self._offline.append((before.at_ms, state.at_ms))
        self._slots(before, state)
        self._lease(state, event)
        self._verdict.calls += sum(isinstance(effect, Escalate) for effect in effects)
        left = before.handover is not None and state.handover is None and state.stage not in ("ending", "closed")
        if left and self._given and not self._over and not _kept(state):
            self._verdict.add("the errand is lost", (state.session_id, state.stage))

    def _slots(self, before: Session, state: Session) -> None:
        task = state.task
        self._over |= state.outcome == f"{ERRAND}.done" or (before.stage == "working" and state.stage != "working")
        if task is None or task.kind != ERRAND:
            return
        newly = state.stage == "slot" and (before.stage, before.asking) != ("slot", state.asking)
        if newly and state.asking in self._given:
            self._verdict.add("asked again", (state.session_id, state.asking))
        self._given |= {name: value for name, value in task.slots if value}

    def _lease(self, state: Session, event: object) -> None:
        handover, lease = state.handover, self._open
        held = (handover.escalation_id, handover.teller_id) if handover is not None and handover.teller_id else None
        if lease is not None and held != (lease.escalation_id, lease.teller_id):
            lease.ended_ms = state.at_ms
            if held is not None and held[0] == lease.escalation_id:
                self._verdict.add("held by two tellers", (state.session_id, lease, held))
            self._open = None
        if held is not None and self._open is None:
            self._open = Lease(self._kiosk, *held, state.at_ms, [state.at_ms])
            self.leases.append(self._open)
        if self._open is not None and isinstance(event, TellerJoined):
            self._open.heard.append(state.at_ms)
        if self._open is not None and isinstance(event, CoreResumed):
            self._open.resumed_ms = state.at_ms
        waits = handover.escalation_id if handover is not None and not handover.teller_id else ""
        if self._waits is not None and self._waits[0] != waits:
            self.waits.append(Wait(self._kiosk, *self._waits, state.at_ms, self._offline))
            self._waits = None
        if waits and self._waits is None:
            self._waits = (waits, state.at_ms)

    def end(self) -> None:
        if self._open is not None:
            self._verdict.add("a lease stays behind", self._open)


def _kept(state: Session) -> bool:
    return any(task is not None and task.kind == ERRAND and task.slot("amount") for task in (state.task, *state.later))


def judge(town: Town, tellers: list[Teller]) -> Verdict:
    """Read everything and judge. All of the town's processes but the broker may have ended."""
    verdict = Verdict()
    leases, waits = list[Lease](), list[Wait]()
    for kiosk in town.kiosks:
        found = _replayed(kiosk, verdict)
        leases += [lease for kept in found for lease in kept.leases]
        waits += [wait for kept in found for wait in kept.waits]
    verdict.handovers = len(leases)
    beats = {key: sorted(sent) for teller in tellers for key, sent in teller.beats.items()}
    for lease in leases:
        _in_time(lease, beats.get((lease.escalation_id, lease.teller_id), []), verdict)
    store = Store(town.database)
    try:
        _at_headquarters(store.connection, town, beats, leases, waits, verdict)
    finally:
        store.close()
    return verdict


def whole(since_ms: int, until_ms: int, away: Iterable[tuple[int, int]]) -> int:
    """Return the longest stretch, in milliseconds, during which nobody was away."""
    longest, at = 0, since_ms
    for down, up in sorted(away):
        longest = max(longest, min(down, until_ms) - at)
        at = max(at, up)
    return max(longest, until_ms - at, 0)


def _away(town: Town, wait: Wait) -> list[tuple[int, int]]:
    """Return when headquarters and the kiosk could not speak to each other."""
    parts = (town.hq, town.broker, wait.kiosk.core, wait.kiosk.sync, wait.kiosk.devices)
    return [*wait.offline, *(time for part in parts for time in part.away)]


def _replayed(kiosk: KioskOfTown, verdict: Verdict) -> list[Kept]:
    config, found = kiosk.config, list[Kept]()
    journal = REAL.journal(config)
    for session_id in journal.sessions():
        if session_id == branch_record(config.kiosk.id):
            continue
        state, kept = core.initial(), Kept(kiosk, verdict)
        for occurred in journal.events(session_id):
            before = state
            state, effects = core.step(state, occurred)
            kept.step(before, state, occurred.event, effects)
        kept.end()
        verdict.sessions += 1
        found.append(kept)
    journal.close()
    return found


def _in_time(lease: Lease, beats: list[int], verdict: Verdict) -> None:
    heard = max(lease.heard + [at for at in beats if lease.began_ms <= at <= lease.ended_ms])
    over = heard + BEAT_OVER_MS
    away = [(down, up) for one in (lease.kiosk.core, lease.kiosk.devices) for down, up in one.away]
    over = max(
        [over, lease.resumed_ms, *(up for down, up in away if down <= over + LATE_MS <= up + LATE_MS and up > over)]
    )
    late = lease.ended_ms - over
    verdict.longest_ms = max(verdict.longest_ms, BEAT_OVER_MS + late)
    if late > LATE_MS:
        verdict.add("a lease outlived its beats", (lease.escalation_id, lease.teller_id, late / 1000))


def _at_headquarters(
    engine: Any, town: Town, beats: dict[tuple[str, str], list[int]], leases: list[Lease],
    waits: list[Wait], verdict: Verdict,
) -> None:  # fmt: skip
    held = engine.execute(
        "SELECT id FROM escalations WHERE teller_id IS NOT NULL AND closed_ms IS NULL AND withdrawn_ms IS NULL"
    )
    open_sessions = {
        row["session_id"] for row in engine.execute("SELECT session_id FROM sessions WHERE closed_ms IS NULL")
    }
    calls = {row["id"]: row for row in engine.execute("SELECT * FROM escalations")}
    for row in held:
        if calls[row["id"]]["session_id"] in open_sessions:
            verdict.add("headquarters keeps a lease", row["id"])
    for wait in waits:
        closed = calls[wait.escalation_id]["closed_ms"] if wait.escalation_id in calls else None
        if (
            closed is not None
            and (there := whole(max(closed, wait.since_ms), wait.until_ms, _away(town, wait))) > LATE_MS
        ):
            verdict.add("a call is lost: the customer waits, headquarters has closed it", (wait.escalation_id, there))
    for talk in engine.execute("SELECT * FROM console_talks WHERE ended_ms IS NOT NULL"):
        _talk(talk, town, beats, leases, verdict)


def _talk(
    talk: Any, town: Town, beats: dict[tuple[str, str], list[int]], leases: list[Lease], verdict: Verdict
) -> None:
    id_, teller, began, ended = talk["escalation_id"], talk["teller_id"], talk["began_ms"], talk["ended_ms"]
    rejoined = [at for lease in leases if (lease.escalation_id, lease.teller_id) == (id_, teller) for at in lease.heard]
    heard = max([began, *(at for at in (*beats.get((id_, teller), ()), *rejoined) if began <= at <= ended)])
    over = heard + BEAT_OVER_MS
    over = max([over, *(up for down, up in town.hq.away if down <= over + LATE_MS and up > over)])
    if ended - over > LATE_MS:
        verdict.add("headquarters' lease outlived its beats", (id_, teller, (ended - over) / 1000))
    for lease in leases:
        if lease.escalation_id == id_ and lease.teller_id != teller:
            shared = min(lease.ended_ms or now_ms(), ended) - max(lease.began_ms, began)
            if shared > LATE_MS:
                verdict.add("held by one here, by another there", (id_, teller, lease.teller_id, shared / 1000))


async def quiet(town: Town, tellers: list[Teller], seconds: float) -> None:
    """Let what nobody beats for come to its end."""
    for teller in tellers:
        teller.quiet = True
        await teller.stop()
    await asyncio.sleep(seconds)
