"""Risk officers label cases in their own name, and see what waits for an auditor."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from guitai.clock import SystemClock
from guitai.demo.identity import RISK_OFFICER
from headquarters.app import bare_app
from headquarters.engine import Where
from headquarters.review import cases as room
from headquarters.review.nightly import Reviews
from headquarters.store import Store
from tests.fixtures.hq.console import KEY, services, somebody
from tests.fixtures.hq.console import client as logged_in

from .branches import labels, outcomes, stored


@pytest.fixture
def store(place: Where):
    store = Store(place)
    stored(store, outcomes(200, 1))
    yield store
    store.close()


@pytest.fixture
async def client(store: Store):
    app = bare_app()
    app.state.services, app.state.reviews = services(store, SystemClock()), Reviews(store.connection, KEY)
    async with logged_in(app, app.state.services, somebody(RISK_OFFICER)) as client:
        yield client


async def test_a_risk_officer_says_what_a_case_was(client: httpx.AsyncClient, store: Store) -> None:
    answer = await client.post("/api/review/labels", json={"case": "S1-0003", "fraud": True, "source": "complaint"})
    assert (answer.status_code, answer.json()) == (200, {"risk_ref": "S1-0003-3-risk"})
    (case,) = room.labelled(store.connection)
    assert (case.risk_ref, case.fraud, case.source) == ("S1-0003-3-risk", True, "complaint")
    assert store.connection.execute("SELECT said_by FROM risk_labels").fetchone()["said_by"] == RISK_OFFICER


async def test_drawn_cases_wait_until_they_are_looked_at(client: httpx.AsyncClient, store: Store) -> None:
    drawn = room.draw(store.connection, 500_000, 7)
    waiting = (await client.get("/api/review/audits")).json()
    assert [one["risk_ref"] for one in waiting] == drawn
    await client.post("/api/review/labels", json={"case": drawn[0], "fraud": False, "source": "audit"})
    assert [one["risk_ref"] for one in (await client.get("/api/review/audits")).json()] == drawn[1:]


async def test_the_weights_in_use_stand_beside_what_the_night_proposes(client: httpx.AsyncClient, store: Store) -> None:
    before = (await client.get("/api/review/weights")).json()
    assert (before["verdict"], before["candidate"]) == (None, None)
    assert sum(one["weight"] for one in before["weights"]) == 10_000
    outcome = Reviews(store.connection, KEY).run(7)
    after = (await client.get("/api/review/weights")).json()
    assert (after["verdict"], after["reviewed_ms"]) == (outcome.verdict, 7)
    assert (after["candidate"] is not None) == (outcome.verdict == "proposed")
    if after["candidate"] is not None:
        assert sum(one["weight"] for one in after["candidate"]["weights"]) == 10_000
        assert after["candidate"]["run"] == outcome.run


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"case": "nobody", "fraud": True, "source": "audit"}, 404),
        ({"case": "S1-0003", "fraud": True, "source": "rumour"}, 422),
        ({"case": "S1-0003", "fraud": True, "source": "audit", "by": "somebody else"}, 422),
    ],
)
async def test_what_is_no_label_is_refused(client: httpx.AsyncClient, body: dict, status: int) -> None:
    assert (await client.post("/api/review/labels", json=body)).status_code == status


async def test_nobody_labels_without_logging_in(client: httpx.AsyncClient) -> None:
    client.cookies.clear()
    body = {"case": "S1-0003", "fraud": True, "source": "audit"}
    assert (await client.post("/api/review/labels", json=body)).status_code == 401


async def test_a_risk_officer_puts_a_proposal_to_use_in_their_own_name(
    client: httpx.AsyncClient, store: Store, tmp_path: Path
) -> None:
    assert (await client.post(f"/api/review/weights/{'0' * 16}/approve")).json()["code"] == "risk.no_proposal"
    reviews = Reviews(store.connection, KEY)
    some = outcomes(1500, 2)
    stored(store, some)
    room.take_labels(store.connection, labels(tmp_path, some), 8)
    outcome = reviews.run(9)
    assert outcome.verdict == "proposed"
    answer = await client.post(f"/api/review/weights/{outcome.run}/approve")
    assert (answer.status_code, answer.json()["version"], answer.json()["candidate"]) == (200, 2, None)
    assert answer.json()["approved_by"] == somebody(RISK_OFFICER).name
    assert reviews.signed() is not None
