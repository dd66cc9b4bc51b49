"""A headquarters with risk decisions as kiosks send them, and outcomes drawn by a known law."""

from __future__ import annotations

import random
from pathlib import Path

from guitai.messages.codec import to_data
from guitai.messages.risk import RecordRisk
from guitai.messages.sync import GENESIS, OutboxRow
from guitai.risk.decision import decide
from guitai.risk.factors import injected
from guitai.risk.rules import FACTORS, shipped
from headquarters.store import Arrival, Store

FIRST_MS = 1_764_000_000_000


def decided(session: str, r: dict[str, int], at_ms: int, sequence: int) -> Arrival:
    record = RecordRisk(f"{session}-3-risk", decide(injected(r, shipped()), (), shipped()))
    body = {key: value for key, value in to_data(record).items() if key != "type"}
    place = ("money", sequence, f"e{sequence}", "risk.decided", session, at_ms, GENESIS, f"{sequence:064x}")
    row = OutboxRow(*place, body)
    return Arrival("heping", "kiosk-001", row)


def outcomes(
    count: int, seed: int, telling: str = "semantic", first_ms: int = FIRST_MS
) -> list[tuple[str, dict, bool]]:
    """Sessions with r and outcome; one factor tells the frauds, the others tell little."""
    chance = random.Random(seed)
    found = []
    for n in range(count):
        fraud = chance.random() < 0.25
        r = {name: int(min(100, max(0, chance.gauss(35 if fraud else 25, 15))) * 100) for name in FACTORS}
        r[telling] = int(min(100, max(0, chance.gauss(75 if fraud else 12, 12))) * 100)
        found.append((f"S{seed}-{n:04d}", r, fraud))
    return found


def stored(store: Store, some: list[tuple[str, dict, bool]], first_ms: int = FIRST_MS) -> None:
    have = store.connection.execute("SELECT COUNT(*) AS n FROM events").fetchone()["n"]
    rows = [decided(session, r, first_ms + n, have + n + 1) for n, (session, r, _) in enumerate(some)]
    store.add(rows, first_ms)


def labels(folder: Path, some: list[tuple[str, dict, bool]], source: str = "audit") -> Path:
    path = folder / f"{source}.csv"
    lines = [f"{session},{int(fraud)},{source},王敏" for session, _, fraud in some]
    path.write_text("\n".join(["case,fraud,source,by", *lines]) + "\n", encoding="utf-8")
    return path
