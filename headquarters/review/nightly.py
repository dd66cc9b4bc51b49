"""One night's review: fit, compare, propose; a person approves; what does worse afterwards is taken back by itself.

The same cases and rules give the same run: running it twice changes nothing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Literal

import orjson
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.errors import GuitaiError
from guitai.risk.rules import parse, shipped_text
from guitai.wire.commands import sign
from guitai.wire.signed import NAME_CHARS, RulesFile
from headquarters.engine import Engine
from headquarters.review import cases as case_room
from headquarters.review.cases import Case
from headquarters.review.fit import data_of, fit
from headquarters.review.guard import Comparison, compare, lacks, split, too_few_later
from headquarters.review.rewrite import rewritten

SCHEMA = """
CREATE TABLE IF NOT EXISTS risk_rules(
  version INTEGER NOT NULL, run TEXT NOT NULL, text TEXT NOT NULL, state TEXT NOT NULL, made_ms INTEGER NOT NULL,
  decided_by TEXT NOT NULL DEFAULT '', decided_ms INTEGER, before INTEGER, PRIMARY KEY(version, run)) STRICT, WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS risk_reviews(
  run TEXT PRIMARY KEY, at_ms INTEGER NOT NULL, verdict TEXT NOT NULL, told TEXT NOT NULL) STRICT, WITHOUT ROWID;
"""

Verdict = Literal["too_few", "no_better", "proposed", "rolled_back"]
SHIPPED_RUN = "shipped"
ITSELF = "review"
"""Who stands for a rollback that nobody has to approve."""

RUN_CHARS = 16


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a review came to."""

    run: str
    verdict: Verdict
    told: dict[str, Any]
    """Numbers behind it, plain data."""

    again: bool = False
    """The same cases had been reviewed before; nothing was changed."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What a review will write down."""

    verdict: Verdict
    told: dict[str, Any]
    version: int = 0
    text: str = ""
    """Of the rules it proposes or returns to; empty when it does neither."""


class Reviews:
    """The reviews in headquarters' store."""

    def __init__(self, connection: Engine, key: Ed25519PrivateKey) -> None:
        self._connection, self._key = connection, key
        connection.executescript(SCHEMA)

    def run(self, now_ms: int) -> Outcome:
        """Review the labelled cases: roll back what does worse than what was before it, else propose what does better."""
        champion, cases = self._champion(), case_room.labelled(self._connection)
        run = _name(champion["text"], cases)
        done = self._connection.execute("SELECT * FROM risk_reviews WHERE run = ?", (run,)).fetchone()
        if done is not None:
            return Outcome(run, done["verdict"], orjson.loads(done["told"]), again=True)
        # Everything is worked out before the write begins: whoever else writes to the store does not wait for a fit.
        plan = self._take_back(champion, cases) or _proposal(champion, cases)
        told = orjson.dumps(plan.told)
        with self._connection.transaction():
            if plan.verdict == "proposed":
                self._connection.execute("UPDATE risk_rules SET state = 'superseded' WHERE state = 'proposed'")
                self._insert(run, plan, now_ms, champion["version"])
            elif plan.verdict == "rolled_back":
                self._insert(run, plan, now_ms, None)
                self._promote(run, ITSELF, now_ms, "rolled_back")
            self._connection.execute(
                "INSERT INTO risk_reviews VALUES(?, ?, ?, ?)", (run, now_ms, plan.verdict, told.decode())
            )
        return Outcome(run, plan.verdict, orjson.loads(told))

    def approve(self, run: str, name: str, now_ms: int) -> bytes:
        """Promote what a run proposed, in a person's name, and return the signed rules for the kiosks.

        Approving again returns the same file. Raises GuitaiError ``risk.no_proposal``, ``risk.no_name``.
        """
        name = name.strip()
        if not 0 < len(name) <= NAME_CHARS:
            raise GuitaiError("risk.no_name", most=NAME_CHARS)
        row = self._connection.execute("SELECT * FROM risk_rules WHERE run = ?", (run,)).fetchone()
        champion = self._champion()
        if row is not None and row["state"] == "champion":
            return self._signed(row)
        if row is None or row["state"] != "proposed" or row["before"] != champion["version"]:
            raise GuitaiError("risk.no_proposal", run=run, state=row["state"] if row is not None else "unknown")
        with self._connection.transaction():
            self._promote(run, name, now_ms, "retired")
        return self._signed(self._champion())

    def signed(self) -> tuple[int, bytes] | None:
        """Return version and signed file of the rules in force; None while those that ship are."""
        champion = self._champion()
        return None if champion["run"] == SHIPPED_RUN else (champion["version"], self._signed(champion))

    def status(self) -> dict[str, Any]:
        """Return the rules in force, what waits for approval, and the latest reviews, as plain data."""
        champion = self._champion()
        waiting = self._connection.execute(
            "SELECT version, run, made_ms FROM risk_rules WHERE state = 'proposed' AND before = ?",
            (champion["version"],),
        )
        reviews = self._connection.execute("SELECT * FROM risk_reviews ORDER BY at_ms DESC, run LIMIT 10")
        return {
            "champion": {"version": champion["version"], "run": champion["run"], "approved_by": champion["decided_by"]},
            "weights": dict(parse(champion["text"]).weights),
            "waiting": [dict(row) for row in waiting],
            "reviews": [{**dict(row), "told": orjson.loads(row["told"])} for row in reviews],
            "labelled": len(case_room.labelled(self._connection)),
        }

    def _take_back(self, champion: dict[str, Any], cases: Sequence[Case]) -> Plan | None:
        """Return to the weights before the champion's if later cases say surely that these were better."""
        if champion["before"] is None:
            return None
        text = self._text_of(champion["before"])
        before, rules = parse(text), parse(champion["text"])
        later = [case for case in cases if case.at_ms > champion["decided_ms"]]
        earlier = [case for case in cases if case.at_ms <= champion["decided_ms"]]
        if too_few_later(later) or not earlier:
            return None
        result = compare(earlier, later, rules.weights, before.weights)
        if not (result.better or _harmful(result)):
            return None
        version = rules.version + 1
        told = {"version": version, "back_to": champion["before"], "later": asdict(result)}
        return Plan("rolled_back", told, version, rewritten(text, version, before.weights, ""))

    def _champion(self) -> dict[str, Any]:
        row = self._connection.execute("SELECT * FROM risk_rules WHERE state = 'champion'").fetchone()
        if row is not None:
            return dict(row)
        text = shipped_text()
        return {
            "version": parse(text).version, "run": SHIPPED_RUN, "text": text, "before": None, "decided_by": "",
            "decided_ms": 0, "made_ms": 0,
        }  # fmt: skip

    def _text_of(self, version: int) -> str:
        row = self._connection.execute(
            "SELECT text FROM risk_rules WHERE version = ? AND decided_ms IS NOT NULL", (version,)
        ).fetchone()
        return str(row["text"]) if row is not None else shipped_text()

    def _insert(self, run: str, plan: Plan, now_ms: int, before: int | None) -> None:
        self._connection.execute(
            "INSERT INTO risk_rules(version, run, text, state, made_ms, before) VALUES(?, ?, ?, 'proposed', ?, ?)",
            (plan.version, run, plan.text, now_ms, before),
        )

    def _promote(self, run: str, name: str, now_ms: int, old_state: str) -> None:
        self._connection.execute("UPDATE risk_rules SET state = ? WHERE state = 'champion'", (old_state,))
        self._connection.execute(
            "UPDATE risk_rules SET state = 'champion', decided_by = ?, decided_ms = ? WHERE run = ?",
            (name, now_ms, run),
        )

    def _signed(self, row: Any) -> bytes:
        body = RulesFile(
            version=row["version"], made_ms=row["decided_ms"], approved_by=row["decided_by"], text=row["text"]
        )
        return sign(body, self._key)


def _proposal(champion: dict[str, Any], cases: Sequence[Case]) -> Plan:
    fitted, held = split(cases)
    if lack := lacks(fitted, held):
        return Plan("too_few", {"reason": lack})
    rules = parse(champion["text"])
    weights = fit(data_of(fitted), rules)
    result = compare(fitted, held, rules.weights, weights)
    told = {"weights": weights, "before": rules.weights, "fitted_cases": len(fitted), "held_out": asdict(result)}
    if weights == rules.weights or not result.better:
        return Plan("no_better", told)
    version = rules.version + 1
    text = rewritten(champion["text"], version, weights, _reason(fitted, result))
    return Plan("proposed", {**told, "version": version}, version, text)


def _harmful(result: Comparison) -> bool:
    """Whether the champion (first) misses clearly more frauds, or alarms clearly more honest customers, than before."""
    return result.acc[1] > result.acc[0] + 0.02 or result.false_alarm[1] < result.false_alarm[0] - 0.02


def _reason(fitted: Sequence[Case], result: Comparison) -> str:
    return (
        f"Fitted to {len(fitted)} labelled outcomes; on {result.count} held-out ones AUC {result.auc[0]:.4f} to "
        f"{result.auc[1]:.4f}, recall {result.acc[0]:.4f} to {result.acc[1]:.4f}, false alarms "
        f"{result.false_alarm[0]:.4f} to {result.false_alarm[1]:.4f}."
    )


def _name(text: str, cases: Sequence[Case]) -> str:
    told = [(case.risk_ref, case.fraud, case.source, case.weight) for case in cases]
    return hashlib.sha256(text.encode() + orjson.dumps(told)).hexdigest()[:RUN_CHARS]
