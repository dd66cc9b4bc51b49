"""The service desk at headquarters: each order once, routed in batches, taken, done, audited, masked; its API."""

from __future__ import annotations

import sqlite3

import psycopg
import pytest
from pydantic import ValidationError

from guitai.errors import GuitaiError
from headquarters.service import orders as order_room
from headquarters.service.routing import ROUTING, Routing

from .desk import Headquarters, Kiosk, order, question

HOUR_MS = 3_600_000
KEY = ("kiosk-001", "S1-1-unsolved")


def code(call, *args) -> str:
    with pytest.raises(GuitaiError) as error:
        call(*args)
    return error.value.code


def test_an_order_told_twice_is_stored_once(hq: Headquarters):
    hq.kiosk.tell(order())
    hq.store.add(hq.kiosk.sent * 2, 1)  # the same rows again
    hq.kiosk.tell(order())  # the same order in another event
    other = Kiosk(hq.store, "kiosk-002")
    other.tell(order())  # another kiosk may use the same name
    found = hq.desk.orders.all(None, None, 10)
    assert [(one["kiosk"], one["id"]) for one in found] == [KEY, ("kiosk-002", "S1-1-unsolved")]


def test_orders_are_routed_in_batches_and_the_first_due_comes_first(hq, monkeypatch):
    monkeypatch.setattr(order_room, "BATCH", 3)
    solutions = ["call_back", "check_account", "secure_funds", "repair_and_redo", "open_complaint"]
    for n, solution in enumerate(solutions):
        hq.kiosk.tell(order(f"S1-{n}-x", solution=solution), at_ms=1000 + n)
    assert [hq.desk.orders.route_batch() for _ in range(3)] == [3, 2, 0]
    found = hq.desk.orders.all(None, None, 10)
    assert [one["queue"] for one in found] == ["risk", "machines", "accounts", "complaints", "call_back"]
    assert [one["batch"] for one in found] == [1, 2, 1, 2, 1]
    assert found[0]["due_ms"] == 1002 + HOUR_MS
    assert [one["queue"] for one in hq.desk.orders.all("open", "risk", 10)] == ["risk"]
    assert hq.desk.orders.all("done", None, 10) == []


def test_an_order_goes_from_open_over_assigned_to_done_and_every_deed_is_audited(hq):
    hq.kiosk.tell(order())
    desk = hq.desk.orders
    desk.route_batch()
    assert code(desk.finish, *KEY, "0218", "x") == "hq.work_order_state"
    assert desk.take(*KEY, "0218")["assignee"] == "0218"
    assert code(desk.take, *KEY, "0219") == "hq.work_order_state"
    assert code(desk.finish, *KEY, "0219", "x") == "hq.work_order_state"
    assert desk.give_back(*KEY, "0218", "不归我管")["assignee"] is None
    desk.take(*KEY, "0219")
    done = desk.finish(*KEY, "0219", "已回访 13800138000")
    assert (done["state"], done["assignee"]) == ("done", "0219")
    assert code(desk.take, *KEY, "0219") == "hq.work_order_state"
    assert code(desk.take, "kiosk-001", "S9-1-unsolved", "0218") == "hq.no_work_order"
    assert [(deed.who, deed.deed, deed.note) for deed in desk.audit(*KEY)] == [
        ("routing", "routed to call_back", ""), ("0218", "taken", ""), ("0218", "given back", "不归我管"),
        ("0219", "taken", ""), ("0219", "done", "已回访 *******8000"),
    ]  # fmt: skip


def test_the_audit_cannot_be_changed(hq):
    hq.kiosk.tell(order())
    hq.desk.orders.route_batch()
    for statement in ("UPDATE work_order_audit SET who = 'x'", "DELETE FROM work_order_audit"):
        with pytest.raises((sqlite3.IntegrityError, psycopg.IntegrityError), match="never changed"):
            hq.store.connection.execute(statement)


def test_what_a_kiosk_forgot_to_mask_is_masked_here(hq):
    body = {
        "order_id": "S1-1-refused", "cause": "refused", "errand": "", "category": "other", "subcategory": "other",
        "solution": "call_back", "entities": {"account": "6222021234567890123"}, "reason": "卡 6222021234567890123",
        "added_later": 1,
    }  # fmt: skip
    hq.kiosk.send("service.work_order", body)
    [found] = hq.desk.orders.all(None, None, 10)
    assert "6222021234567" not in str({**found})
    assert found["entities"] == {"account": "***************0123"}


@pytest.mark.parametrize("body", [{}, {"order_id": 3}, {"order_id": "x", "cause": "tea"}])
def test_another_shape_folds_into_nothing(hq, body):
    hq.kiosk.send("service.work_order", body)
    hq.kiosk.send("service.unanswered", body)
    assert hq.desk.orders.all(None, None, 10) == hq.desk.questions.all(None, 0, 10) == []


def test_codes_of_a_later_version_are_routed_and_shown_as_they_are(hq):
    hq.kiosk.tell(order(category="space", subcategory="rocket", solution="launch"))
    hq.desk.orders.route_batch()
    [found] = hq.desk.orders.all(None, None, 10)
    assert (found["queue"], found["label"], found["steps"]) == ("call_back", "space–rocket–launch", [])


def test_questions_are_read_and_labelled(hq):
    hq.kiosk.tell(question())
    hq.kiosk.tell(question("S1-8-question", why="not_satisfied", answer_id="fee-1"), at_ms=1_764_000_000_001)
    asked = hq.desk.questions
    assert [one["id"] for one in asked.all(None, 0, 10)] == ["S1-8-question", "S1-7-question"]
    assert [one["answer_id"] for one in asked.all("not_satisfied", 0, 10)] == ["fee-1"]
    assert asked.all(None, 1_764_000_000_002, 10) == []
    labelled = asked.label("kiosk-001", "S1-7-question", "fee_query", "0218")
    assert (labelled["label"], labelled["labelled_by"], labelled["intents"][0]) == (
        "fee_query",
        "0218",
        ["out_of_scope", 0.8],
    )
    assert code(asked.label, "kiosk-001", "S1-7-question", "tea", "0218") == "hq.no_intent"
    assert code(asked.label, "kiosk-001", "S9", "fee_query", "0218") == "hq.no_question"


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"queue": "tea"}, "no queue tea"),
        ({"solution": ("tea",)}, "no solution tea"),
        ({"category": ("tea",)}, "no type tea"),
        ({"solution": ()}, "the last route"),
    ],
)
def test_a_mistake_in_the_routes_is_named(change, told):
    data = ROUTING.model_dump()
    data["routes"] = [data["routes"][0] | change, *data["routes"][1:]]
    with pytest.raises(ValidationError, match=told):
        Routing(**data)


async def test_the_api_from_open_to_done(hq):
    hq.kiosk.tell(order())
    hq.kiosk.tell(question())
    hq.desk.orders.route_batch()
    async with hq.client() as http:
        [found] = (await http.get("/api/work-orders?state=open&queue=call_back")).json()
        assert (found["label"], found["steps"][0]) == ("转账汇款–转账–电话回访", "看会话记录")
        url = f"/api/work-orders/{found['kiosk']}/{found['id']}"
        assert (await http.post(f"{url}/done", json={"note": "x"})).status_code == 409
        assert (await http.post(f"{url}/take")).json()["state"] == "assigned"
        assert (await http.post(f"{url}/give-back", json={"note": "转交"})).json()["state"] == "open"
        await http.post(f"{url}/take")
        assert (await http.post(f"{url}/done", json={"note": "已回访"})).json()["state"] == "done"
        assert (await http.get(url)).json()["assignee"] == "0218"
        assert len((await http.get(f"{url}/audit")).json()) == 5
        assert (await http.get("/api/work-orders/kiosk-001/none")).status_code == 404
        assert (await http.post(f"{url}/done", json={"note": ""})).status_code == 422
        [asked] = (await http.get("/api/unanswered?why=not_understood")).json()
        labelled = await http.post(
            f"/api/unanswered/{asked['kiosk']}/{asked['id']}/label", json={"intent": "fee_query"}
        )
        assert (labelled.status_code, labelled.json()["label"]) == (200, "fee_query")
        tea = await http.post(f"/api/unanswered/{asked['kiosk']}/{asked['id']}/label", json={"intent": "tea"})
        assert (tea.status_code, tea.json()["code"]) == (422, "hq.no_intent")
        http.cookies.clear()
        for path in ("/api/work-orders", "/api/unanswered", url):
            assert (await http.get(path)).status_code == 401
