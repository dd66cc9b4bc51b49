"""Approvals by a second, different principal: asked for by the holder, allowed or refused by somebody else, signed, used once."""

from __future__ import annotations

import secrets
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.messages.masking import mask_text
from guitai.messages.takeover import Approval, Authorised
from guitai.money import Fen
from guitai.wire.approvals import sign_approval
from headquarters.console.calls import Call
from headquarters.console.people import Person
from headquarters.console.shown import ApprovalOut
from headquarters.engine import Engine
from headquarters.scope import within

LIFE_MS = 5 * 60_000
"""An approval that is not used for so long is none any more."""

_SELECT = "SELECT a.*, e.kiosk, e.branch, e.bundle, e.teller_id FROM console_approvals a JOIN escalations e ON e.id = a.escalation_id "


class Approvals:
    """The table `console_approvals`. Raises GuitaiError ``hq.no_approval``, ``hq.approval_state``, ``hq.own_approval``."""

    def __init__(self, engine: Engine, key: Ed25519PrivateKey, clock: Clock) -> None:
        self._engine, self._key, self._clock = engine, key, clock

    def ask(self, call: Call, who: Person, operation: Authorised, amount_fen: int, reason: str) -> ApprovalOut:
        """Ask for one; the call must be the asker's (checked by the caller)."""
        id_ = secrets.token_hex(8)
        self._engine.execute(
            "INSERT INTO console_approvals(id, escalation_id, operation, amount_fen, reason, asked_by, asked_by_name, asked_ms) "
            "VALUES(?, ?, ?, ?, ?, ?, ?, ?)",
            (id_, call.id, operation, amount_fen, mask_text(reason), who.id, who.name, self._clock.unix_ms()),
        )
        return self.one(id_, who)

    def one(self, id_: str, who: Person) -> ApprovalOut:
        """Return one of a branch in scope."""
        return self._out(self._row(id_, who))

    def all(self, who: Person, escalation_id: str | None = None, limit: int = 100) -> list[ApprovalOut]:
        """Return the latest, newest first; supervisors and risk officers see all in scope, others their own."""
        here, branches = within(who.branches, "e.branch")
        own = None if not {"supervisor", "risk_officer"}.isdisjoint(who.roles) else who.id
        rows = self._engine.execute(
            f"{_SELECT}WHERE (CAST(? AS TEXT) IS NULL OR a.escalation_id = ?) AND {here} "
            "AND (CAST(? AS TEXT) IS NULL OR a.asked_by = ?) ORDER BY a.asked_ms DESC, a.id LIMIT ?",
            (escalation_id, escalation_id, *branches, own, own, limit),
        ).fetchall()
        return [self._out(row) for row in rows]

    def decide(self, id_: str, who: Person, *, allow: bool) -> ApprovalOut:
        """Allow or refuse one. Nobody decides on what they asked for, nor on a call that they hold."""
        row, now = self._row(id_, who), self._clock.unix_ms()
        if row["asked_by"] == who.id or row["teller_id"] == who.id:
            raise GuitaiError("hq.own_approval")
        if allow and row["amount_fen"] > who.limit_fen:
            raise GuitaiError("hq.forbidden", reason="above_your_limit")
        approval = Approval(
            id_, row["escalation_id"], row["operation"], Fen(row["amount_fen"]), who.id, now + LIFE_MS, ""
        )
        decided = self._engine.execute(
            "UPDATE console_approvals SET decision = ?, decided_by = ?, decided_ms = ?, expires_ms = ?, signature = ? "
            "WHERE id = ? AND decision IS NULL AND asked_ms > ?",
            (
                "approved" if allow else "refused", who.id, now, approval.expires_ms if allow else None,
                sign_approval(approval, self._key).signature if allow else None, id_, now - LIFE_MS,
            ),
        )  # fmt: skip
        if decided.rowcount == 0:
            raise GuitaiError("hq.approval_state", approval=id_, state=self._out(self._row(id_, who)).state)
        return self.one(id_, who)

    def signed(self, id_: str, call: Call, who: Person, operation: Authorised, amount_fen: int | None) -> Approval:
        """Return an approval as the kiosk checks it, if it is good for this deed. Core checks again, and counts it once."""
        row = self._row(id_, who)
        state = self._out(row).state
        fits = row["escalation_id"] == call.id and row["operation"] == operation and row["asked_by"] == who.id
        if not fits or amount_fen not in (None, row["amount_fen"]):
            raise GuitaiError("hq.no_approval", approval=id_)
        if state != "approved":
            raise GuitaiError("hq.approval_state", approval=id_, state=state)
        return Approval(
            id_, call.id, operation, Fen(row["amount_fen"]), row["decided_by"], row["expires_ms"], row["signature"]
        )

    def used(self, id_: str) -> None:
        """The kiosk took it."""
        self._engine.execute(
            "UPDATE console_approvals SET used_ms = ? WHERE id = ? AND used_ms IS NULL", (self._clock.unix_ms(), id_)
        )

    def _row(self, id_: str, who: Person) -> Any:
        row = self._engine.execute(_SELECT + "WHERE a.id = ?", (id_,)).fetchone()
        if row is None or not who.sees(row["branch"]):
            raise GuitaiError("hq.no_approval", approval=id_)
        return row

    def _out(self, row: Any) -> ApprovalOut:
        now, state = self._clock.unix_ms(), row["decision"] or "asked"
        if row["used_ms"] is not None:
            state = "used"
        elif (state == "approved" and now >= row["expires_ms"]) or (
            state == "asked" and now >= row["asked_ms"] + LIFE_MS
        ):
            state = "expired"
        return ApprovalOut(
            id=row["id"], escalation_id=row["escalation_id"], operation=row["operation"], amount_fen=row["amount_fen"],
            reason=row["reason"], state=state, asked_by=row["asked_by"], asked_by_name=row["asked_by_name"],
            asked_ms=row["asked_ms"], decided_by=row["decided_by"], decided_ms=row["decided_ms"],
            expires_ms=row["expires_ms"], headline=self._headline(row),
        )  # fmt: skip

    def _headline(self, row: Any) -> str:
        return str(self._engine.sealing.open(row["kiosk"], row["escalation_id"], row["bundle"]).get("headline", ""))
