"""Words of a customer, a colleague or an attacker stay words: JSON out, plain text to the kiosk, nothing that a page could run."""

from __future__ import annotations

from pathlib import Path

import pytest

from guitai.demo.identity import SUPERVISOR, TELLER
from headquarters.app import CSP
from headquarters.engine import DATABASE, Where, beside
from tests.fixtures.hq import bundles

from .conftest import Room


@pytest.fixture
def place(tmp_path: Path) -> Where:
    """One engine is enough for what no statement decides."""
    return beside(tmp_path / DATABASE)


SCRIPT = "<img src=x onerror=alert(1)><script>alert(2)</script>"


async def test_script_in_words_and_names_comes_out_as_text(room: Room) -> None:
    body = bundles.scam("S1-1-help")
    body["bundle"]["headline"] = SCRIPT
    body["bundle"]["slots"]["payee"] = SCRIPT
    body["bundle"]["transcript"] = [*body["bundle"]["transcript"], {"who": "customer", "text": SCRIPT}]
    call = room.escalate(body=body)
    async with room.person(TELLER, name=SCRIPT) as http, room.person(SUPERVISOR) as boss:
        await http.post(f"{call}/accept")
        await http.post(f"{call}/note", json={"text": SCRIPT})
        for path, who in ((call, http), ("/api/queue", http), ("/api/supervisor/board", boss)):
            answer = await who.get(path)
            assert answer.headers["content-type"] == "application/json"
            assert SCRIPT in str(answer.json())
    assert room.line.told[0][1]["teller_name"] == SCRIPT[:40]


def test_the_policy_leaves_no_way_to_run_it() -> None:
    policy = dict(part.strip().split(" ", 1) for part in CSP.split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == "'self'"
    assert not any("unsafe" in sources or "*" in sources for sources in policy.values())
    assert (policy["base-uri"], policy["frame-ancestors"], policy["form-action"]) == ("'none'",) * 3


@pytest.mark.parametrize(
    ("deed", "body"),
    [
        ("say", {"text": "x" * 201}),
        ("say", {"text": "x", "teller_id": "0219"}),
        ("push", {"page": {"title": "x", "body": "x" * 2_001}}),
        ("push", {"page": {"title": "x", "kind": "script"}}),
        ("push", {"page": {"title": "x", "fields": [{"name": "__proto__", "label": "x"}]}}),
        ("ask", {"what": "pin"}),
        ("operate", {"operation": "open_safe", "reason": "x"}),
        ("operate", {"operation": "dispense", "amount_fen": -1, "reason": "x"}),
        ("operate", {"operation": "dispense", "amount_fen": 1.5, "reason": "x"}),
        ("operate", {"operation": "dispense", "amount_fen": "100", "reason": "x"}),
        ("operate", {"operation": "return_card", "reason": ""}),
        ("decide", {"decision": "maybe"}),
        ("hold", {"decision": "release", "reason": "x", "approval_id": "../../etc"}),
        ("transfer", {"teller_id": "x y"}),
        ("video/offer", {"sdp": "v=0", "role": "administrator"}),
        ("label", {"outcome": "rich"}),
    ],
)
async def test_what_does_not_fit_never_reaches_the_kiosk(room: Room, deed: str, body: dict) -> None:
    call = room.escalate()
    async with room.person(TELLER) as http:
        await http.post(f"{call}/accept")
        answer = await http.post(f"{call}/{deed}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (422, "hq.bad_request")
    assert room.line.names() == ["teller.joined"]


async def test_an_id_that_is_no_id_is_refused_before_anything_is_looked_up(room: Room) -> None:
    async with room.person(TELLER) as http:
        for id_ in ("a" * 81, "x'; DROP TABLE escalations; --", "%00", "a b"):
            assert (await http.post(f"/api/escalations/{id_}/accept")).status_code == 422
