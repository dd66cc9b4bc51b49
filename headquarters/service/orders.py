"""Work orders at headquarters: routed in batches, taken, given back, done; every deed in an audit nobody can change."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Literal

import orjson
import structlog

from guitai.clock import Clock
from guitai.dialogue.data import filed_words, filing
from guitai.errors import GuitaiError
from guitai.messages.masking import mask_text
from headquarters import scope
from headquarters.engine import Engine
from headquarters.service.routing import ROUTING

State = Literal["open", "assigned", "done"]
ROUTE_EVERY_S = 10.0
BATCH = 500
ITSELF = "routing"
"""Who stands in the audit for what nobody did by hand."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Deed:
    """One line of an order's audit."""

    at_ms: int
    who: str
    deed: str
    note: str


class WorkOrders:
    """The orders in headquarters' store. Raises GuitaiError ``hq.no_work_order``, ``hq.work_order_state``."""

    def __init__(self, connection: Engine, clock: Clock) -> None:
        self._connection, self._clock = connection, clock

    async def run(self) -> None:
        """Route what has come in, batch by batch; for ever."""
        pause_s = ROUTE_EVERY_S
        while True:
            await asyncio.sleep(pause_s)
            if routed := self.route_batch():
                log.info("work orders routed", orders=routed)
            pause_s = 0 if routed == BATCH else ROUTE_EVERY_S

    def route_batch(self) -> int:
        """Give the oldest unrouted orders their queue, in one commit; return how many."""
        now = self._clock.unix_ms()
        with self._connection.transaction():
            waiting = self._connection.execute(
                "SELECT * FROM work_orders WHERE batch IS NULL ORDER BY at_ms, kiosk, id LIMIT ?", (BATCH,)
            ).fetchall()
            if not waiting:
                return 0
            batch = self._connection.execute(
                "INSERT INTO work_order_batches(at_ms, orders) VALUES(?, ?) RETURNING id", (now, len(waiting))
            ).fetchone()["id"]
            for order in waiting:
                queue, due_ms = ROUTING.of(order)
                self._connection.execute(
                    "UPDATE work_orders SET batch = ?, queue = ?, due_ms = ?, changed_ms = ? WHERE kiosk = ? AND id = ?",
                    (batch, queue, due_ms, now, order["kiosk"], order["id"]),
                )
                self._note(order["kiosk"], order["id"], now, ITSELF, f"routed to {queue}", "")
        return len(waiting)

    def all(
        self, state: State | None, queue: str | None, limit: int, branches: Collection[str] = ()
    ) -> list[dict[str, Any]]:
        """Return orders, the first due first; those not yet routed last. With branches named, of these only."""
        here, values = scope.within(branches)
        rows = self._connection.execute(
            "SELECT * FROM work_orders WHERE (CAST(? AS TEXT) IS NULL OR state = ?) "  # noqa: S608 - placeholders
            f"AND (CAST(? AS TEXT) IS NULL OR queue = ?) AND {here} "
            "ORDER BY due_ms IS NULL, due_ms, at_ms, kiosk, id LIMIT ?",
            (state, state, queue, queue, *values, limit),
        )
        return [_plain(row) for row in rows]

    def one(self, kiosk: str, id_: str, branches: Collection[str] = ()) -> dict[str, Any]:
        """Return one order; with branches named, of these only."""
        here, values = scope.within(branches)
        row = self._connection.execute(
            f"SELECT * FROM work_orders WHERE kiosk = ? AND id = ? AND {here}",  # noqa: S608 - placeholders
            (kiosk, id_, *values),
        ).fetchone()
        if row is None:
            raise GuitaiError("hq.no_work_order", order=id_)
        return _plain(row)

    def audit(self, kiosk: str, id_: str) -> list[Deed]:
        """Return what was done with an order, oldest first."""
        rows = self._connection.execute(
            "SELECT at_ms, who, deed, note FROM work_order_audit WHERE kiosk = ? AND order_id = ? ORDER BY n",
            (kiosk, id_),
        )
        return [Deed(**dict(row)) for row in rows]

    def take(self, kiosk: str, id_: str, who: str) -> dict[str, Any]:
        """Take an open order."""
        return self._move(kiosk, id_, who, ("open", "assigned"), "taken", "")

    def give_back(self, kiosk: str, id_: str, who: str, note: str) -> dict[str, Any]:
        """Let go of an order one has taken."""
        return self._move(kiosk, id_, who, ("assigned", "open"), "given back", note)

    def finish(self, kiosk: str, id_: str, who: str, note: str) -> dict[str, Any]:
        """Say what was done about an order one has taken."""
        return self._move(kiosk, id_, who, ("assigned", "done"), "done", note)

    def _move(
        self, kiosk: str, id_: str, who: str, states: tuple[State, State], deed: str, note: str
    ) -> dict[str, Any]:
        before, after = states
        now = self._clock.unix_ms()
        assignee = None if after == "open" else who
        with self._connection.transaction():
            moved = self._connection.execute(
                "UPDATE work_orders SET state = ?, assignee = ?, changed_ms = ? "
                "WHERE kiosk = ? AND id = ? AND state = ? AND COALESCE(assignee, ?) = ?",
                (after, assignee, now, kiosk, id_, before, who, who),
            )
            if moved.rowcount == 0:
                found = self.one(kiosk, id_)
                raise GuitaiError(
                    "hq.work_order_state", order=id_, state=found["state"], assignee=found["assignee"] or "-"
                )
            self._note(kiosk, id_, now, who, deed, note)
        return self.one(kiosk, id_)

    def _note(self, kiosk: str, id_: str, at_ms: int, who: str, deed: str, note: str) -> None:
        self._connection.execute(
            "INSERT INTO work_order_audit SELECT ?1, ?2, COALESCE(MAX(n), 0) + 1, ?3, ?4, ?5, ?6 "
            "FROM work_order_audit WHERE kiosk = ?1 AND order_id = ?2",
            (kiosk, id_, at_ms, who, deed, mask_text(note)),
        )


def _plain(row: Any) -> dict[str, Any]:
    """Return a row with its entities as data, its label in words, and the steps of its path."""
    order = dict(row)
    order["entities"] = orjson.loads(order["entities"])
    known = order["category"] in filing().types and order["solution"] in filing().solutions
    codes = (order["category"], order["subcategory"], order["solution"])
    order["label"] = filed_words(*codes) if known else "–".join(codes)
    order["steps"] = list(filing().solutions[order["solution"]].steps) if known else []
    return order
