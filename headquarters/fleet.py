"""How every kiosk does: what its state topic says, what its events say of camera and microphone, and what gives alarm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, get_args

from guitai.messages.sync import OutboxRow
from guitai.wire.commands import Software, State
from headquarters.engine import Engine

SCHEMA = """
CREATE TABLE IF NOT EXISTS fleet(
  kiosk TEXT NOT NULL PRIMARY KEY, branch TEXT NOT NULL, online INTEGER NOT NULL, heard_ms INTEGER NOT NULL,
  beats INTEGER NOT NULL, skew_ms INTEGER, waiting_rows INTEGER, stuck_s INTEGER, disk_percent INTEGER) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fleet_devices(
  kiosk TEXT NOT NULL, device TEXT NOT NULL, code TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY(kiosk, device)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fleet_findings(
  kiosk TEXT NOT NULL, key TEXT NOT NULL, code TEXT NOT NULL, level TEXT NOT NULL, at_ms INTEGER NOT NULL,
  PRIMARY KEY(kiosk, key)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS fleet_software(
  kiosk TEXT NOT NULL PRIMARY KEY, name TEXT NOT NULL, phase TEXT NOT NULL, release TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

SILENT_MS = 60_000
"""A kiosk that beats is silent when nothing has come for so long; one whose line broke is at once (its will says so)."""

STUCK_S = 60
SKEW_MS = 60_000
DISK_PERCENT = 90
DAY_MS = 86_400_000
"""For so long a checkpoint that did not fit gives alarm: it does not end by itself because the next one fits."""

Alarm = Literal["silent", "stuck_outbox", "gap", "camera", "microphone", "clock_skew", "disk", "checkpoint", "health"]
ALARMS: tuple[Alarm, ...] = get_args(Alarm)
WATCHED: tuple[Alarm, ...] = ("camera", "microphone")


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that a kiosk's own checks found wrong (guitai/health), and that is not over."""

    code: str
    level: str
    """``stop``: customers cannot be served, or not in full; ``watch``: they still are."""

    key: str
    at_ms: int
    """Since when, the kiosk's clock."""


@dataclass(frozen=True, slots=True)
class Kiosk:
    """One kiosk as headquarters knows it."""

    kiosk: str
    branch: str
    online: bool
    heard_ms: int
    """When its state topic last said something, our clock."""

    beats: bool
    """Whether it tells how it does every few seconds; older software speaks only when something changes."""

    skew_ms: int | None
    waiting_rows: int | None
    stuck_s: int | None
    """For how long rows have waited without any acknowledgement from us."""

    disk_percent: int | None
    gap_since_ms: int | None
    """Since when events are missing before others that came."""

    faults: dict[str, str] = field(default_factory=dict)
    """Device and code of what does not work."""

    disagreed_ms: int | None = None
    """When a checkpoint its device had signed last did not fit what is stored here, our clock."""

    findings: tuple[Found, ...] = ()
    software: Software | None = None
    """What it last told of its software; None: its version tells nothing."""


def heard(connection: Engine, branch: str, kiosk: str, state: State, now_ms: int) -> None:
    """Keep what a kiosk's state topic says; its death leaves what it last told of itself."""
    health = state.health
    told = (health.waiting_rows, health.stuck_s, health.disk_percent) if health else (None, None, None)
    connection.execute(
        "INSERT INTO fleet VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET branch = excluded.branch, "
        "online = excluded.online, heard_ms = excluded.heard_ms, beats = excluded.beats, "
        "skew_ms = COALESCE(excluded.skew_ms, fleet.skew_ms), "
        "waiting_rows = COALESCE(excluded.waiting_rows, fleet.waiting_rows), "
        "stuck_s = COALESCE(excluded.stuck_s, fleet.stuck_s), "
        "disk_percent = COALESCE(excluded.disk_percent, fleet.disk_percent)",
        (kiosk, branch, int(state.online), now_ms, int(health is not None), state.skew_ms, *told),
    )
    if (runs := state.software) is not None:
        connection.execute(
            "INSERT INTO fleet_software VALUES(?, ?, ?, ?) ON CONFLICT(kiosk) DO UPDATE SET name = excluded.name, "
            "phase = excluded.phase, release = excluded.release WHERE (fleet_software.name, fleet_software.phase, "
            "fleet_software.release) <> (excluded.name, excluded.phase, excluded.release)",
            (kiosk, runs.name, runs.phase, runs.release),
        )


def project(connection: Engine, rows: Sequence[tuple[str, str, OutboxRow]]) -> None:
    """Fold what events say of camera, microphone and findings; part of the transaction that stored them. The latest counts."""
    for kiosk, _, row in rows:
        if (found := _finding(row)) is not None:
            connection.execute(
                "INSERT INTO fleet_findings VALUES(?, ?, ?, ?, ?) ON CONFLICT(kiosk, key) DO UPDATE SET "
                "level = excluded.level, at_ms = excluded.at_ms WHERE excluded.at_ms >= fleet_findings.at_ms",
                (kiosk, *found, row.at_ms),
            )
        if (told := _device(row)) is not None:
            connection.execute(
                "INSERT INTO fleet_devices VALUES(?, ?, ?, ?) ON CONFLICT(kiosk, device) DO UPDATE SET "
                "code = excluded.code, at_ms = excluded.at_ms WHERE excluded.at_ms >= fleet_devices.at_ms",
                (kiosk, *told, row.at_ms),
            )


def kiosks(connection: Engine) -> list[Kiosk]:
    """Return every kiosk that was ever heard of, by name."""
    faults: dict[str, dict[str, str]] = {}
    for row in connection.execute("SELECT kiosk, device, code FROM fleet_devices WHERE code != ''"):
        faults.setdefault(row["kiosk"], {})[row["device"]] = row["code"]
    found: dict[str, list[Found]] = {}
    for row in connection.execute("SELECT * FROM fleet_findings WHERE level != '' ORDER BY kiosk, level, key"):
        found.setdefault(row["kiosk"], []).append(Found(row["code"], row["level"], row["key"], row["at_ms"]))
    software = {
        row["kiosk"]: Software(name=row["name"], phase=row["phase"], release=row["release"])
        for row in connection.execute("SELECT * FROM fleet_software")
    }
    rows = connection.execute(
        "SELECT f.*, (SELECT MIN(w.gap_since_ms) FROM watermarks w WHERE w.kiosk = f.kiosk) AS gap_since_ms, "
        "(SELECT MAX(c.checked_ms) FROM checkpoints c WHERE c.kiosk = f.kiosk AND c.verdict NOT IN ('agrees', 'older')) "
        "AS disagreed_ms FROM fleet f ORDER BY f.kiosk"
    )
    return [
        Kiosk(
            row["kiosk"], row["branch"], bool(row["online"]), row["heard_ms"], bool(row["beats"]), row["skew_ms"],
            row["waiting_rows"], row["stuck_s"], row["disk_percent"], row["gap_since_ms"], faults.get(row["kiosk"], {}),
            row["disagreed_ms"], tuple(found.get(row["kiosk"], ())), software.get(row["kiosk"]),
        )
        for row in rows
    ]  # fmt: skip


def alarms(kiosk: Kiosk, now_ms: int) -> Iterator[Alarm]:
    """Yield what is wrong with a kiosk, in the order of `ALARMS`."""
    if not kiosk.online or (kiosk.beats and now_ms - kiosk.heard_ms >= SILENT_MS):
        yield "silent"
    if (kiosk.stuck_s or 0) >= STUCK_S and kiosk.waiting_rows:
        yield "stuck_outbox"
    if kiosk.gap_since_ms is not None and now_ms - kiosk.gap_since_ms >= STUCK_S * 1000:
        yield "gap"
    for device in WATCHED:
        if device in kiosk.faults:
            yield device
    if abs(kiosk.skew_ms or 0) >= SKEW_MS:
        yield "clock_skew"
    if (kiosk.disk_percent or 0) > DISK_PERCENT:
        yield "disk"
    if kiosk.disagreed_ms is not None and now_ms - kiosk.disagreed_ms < DAY_MS:
        yield "checkpoint"
    if any(one.level == "stop" for one in kiosk.findings):
        yield "health"


def _device(row: OutboxRow) -> tuple[str, str] | None:
    """Return device and code (empty: it works) of an event that tells of a watched device."""
    body: dict[str, Any] = row.body
    if row.type == "face.camera" and isinstance(body.get("state"), str):
        return "camera", "" if body["state"] == "ok" else str(body["state"])
    if row.type == "device.state" and body.get("device") in WATCHED:
        return str(body["device"]), "" if body.get("usable") else str(body.get("code") or "unusable")
    return None


def _finding(row: OutboxRow) -> tuple[str, str, str] | None:
    """Return key, code and level (empty: it is over) of an event of a kiosk's standing checks."""
    body: dict[str, Any] = row.body
    if row.type not in ("health.found", "health.over") or not isinstance(body.get("key"), str):
        return None
    level = str(body.get("level", "watch")) if row.type == "health.found" else ""
    return body["key"], str(body.get("code", "")), level
