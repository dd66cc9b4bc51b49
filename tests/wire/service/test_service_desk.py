"""A work order from the kiosk's outbox over the broker to headquarters, and done over real HTTPS."""

from __future__ import annotations

import time

import pytest

from guitai.demo.identity import SUPERVISOR
from headquarters.service import orders as order_room
from tests.fixtures.hq.desk import Desk, signed_in
from tests.fixtures.hq.world import eventually

pytestmark = pytest.mark.broker

ORDER = {
    "order_id": "S1-1-refused", "cause": "refused", "errand": "transfer", "category": "transfer", "subcategory": "transfer",
    "solution": "explain_refusal", "entities": {"payee": "陈*然"}, "reason": "余额不足", "host_request": "S1-3-transfer",
    "case_number": "", "risk_level": "low",
}  # fmt: skip


async def test_an_order_reaches_the_desk_is_routed_and_done(monkeypatch):
    monkeypatch.setattr(order_room, "ROUTE_EVERY_S", 0.05)
    async with signed_in() as (world, core, http, stack):
        core.add("session", "service.work_order", "S1", int(time.time() * 1000), **ORDER)
        await core.ready()

        async def routed() -> list[dict[str, object]]:
            return (await http.get("/api/work-orders?queue=call_back")).json()

        await eventually(routed)
        [order] = await routed()
        place = f"/api/work-orders/{order['kiosk']}/{order['id']}"
        assert (await http.post(f"{place}/take")).json()["assignee"] == "0218"
        assert (await http.post(f"{place}/done", json={"note": "已解释"})).json()["state"] == "done"
        supervisor = await Desk(world, core, http, stack).person(SUPERVISOR)
        assert (await supervisor.get("/api/quality?since=2026-01-01&until=2026-01-02")).json() == []
