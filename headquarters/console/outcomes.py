"""What a teller leaves behind: how the call came out, for the nightly review, and work for the service desk."""

from __future__ import annotations

import orjson

from guitai.clock import Clock
from guitai.dialogue.data import filing
from guitai.errors import GuitaiError
from guitai.messages.masking import mask_text
from headquarters.console.calls import Call
from headquarters.console.models import Outcome
from headquarters.console.people import Person
from headquarters.console.shown import WorkOrderRefOut
from headquarters.engine import Engine
from headquarters.review import cases

FRAUD: dict[Outcome, bool] = {"fraud_stopped": True, "honest": False}
"""Outcomes that say what a risk decision was about."""

NOBODYS = frozenset({"self_service", "answered"})
"""Paths on which nobody has anything to do."""


SHOWN = ("amount", "account")
"""Of what was asked for, what a work order tells: nothing that says who somebody is."""


class Outcomes:
    """Writes to the tables of review and service desk."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine, self._clock = engine, clock

    def tell_review(self, call: Call, who: Person, outcome: Outcome) -> None:
        """Label the session's last risk decision, if the outcome says something about it and there is one."""
        ref = cases.find(self._engine, call.session_id) if outcome in FRAUD else None
        if ref is not None:
            now = self._clock.unix_ms()
            cases.put_label(self._engine, ref, "teller", fraud=FRAUD[outcome], name=who.id, now_ms=now)

    def file_work_order(self, call: Call, who: Person, kind: str, text: str) -> WorkOrderRefOut:
        """File a work order; `kind` is a solution of work_orders.yaml. Raises GuitaiError ``hq.bad_request``."""
        if kind not in filing().solutions.keys() - NOBODYS:
            raise GuitaiError(
                "hq.bad_request", reason=f"kind: {', '.join(sorted(filing().solutions.keys() - NOBODYS))}"
            )
        intents = call.bundle.get("intents") or ("human_agent",)
        subcategory = str(intents[0])
        slots = {name: value for name, value in (call.bundle.get("slots") or {}).items() if name in SHOWN}
        level = (call.bundle.get("risk") or {}).get("level")
        with self._engine.transaction():
            self._engine.lock([call.id])
            n = self._engine.execute(
                "SELECT COUNT(*) AS n FROM work_orders WHERE kiosk = ? AND id LIKE ?",
                (call.kiosk, f"{call.id}-teller-%"),
            ).fetchone()["n"]
            id_ = f"{call.id}-teller-{n + 1}"
            self._engine.execute(
                "INSERT INTO work_orders(kiosk, id, event_id, branch, session_id, at_ms, cause, errand, category, "
                "subcategory, solution, entities, reason, host_request, case_number, risk_level) "
                "VALUES(?, ?, '', ?, ?, ?, 'unsolved', '', ?, ?, ?, ?, ?, '', ?, ?)",
                (
                    call.kiosk, id_, call.branch, call.session_id, self._clock.unix_ms(), filing().type_of(subcategory),
                    subcategory, kind, orjson.dumps(slots).decode(),
                    mask_text(f"{who.name}：{text}"), call.id, level,
                ),
            )  # fmt: skip
        return WorkOrderRefOut(kiosk=call.kiosk, id=id_)
