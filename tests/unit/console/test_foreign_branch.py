"""Every route of the API's document, by every role: what is of another branch is answered as if it did not exist, and stays as it was."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import httpx
import orjson
import pytest
import yaml

from guitai.demo.identity import SECOND_TELLER, TELLER
from guitai.messages.takeover import Authorised
from headquarters.console.access import RULES
from headquarters.console.films import Films
from headquarters.console.people import ROLES, Role
from headquarters.dead_letters import DeadLetter, bury
from headquarters.engine import DATABASE, Where, beside
from headquarters.enrolment.kiosks import Kiosks
from headquarters.quality.days import Quality
from headquarters.remote.jobs import Jobs
from headquarters.remote.settings import Settings
from headquarters.review.nightly import Reviews
from headquarters.rollout.desk import Rollouts
from headquarters.rollout.plan import Criteria
from headquarters.rollout.routes import RolloutDesk
from headquarters.uploads.routes import UploadDesk
from headquarters.uploads.store import Uploads
from tests.fixtures.hq.console import KEY
from tests.unit.service.desk import order, question

from .conftest import Room

DOCUMENT = Path(__file__).parents[3] / "docs/generated/openapi.yaml"
KIOSK, BRANCH, SESSION = "kiosk-theirs", "jiefang", "G1"
MARKS = (KIOSK, BRANCH, SESSION)
DAY = {"since": "2025-11-01", "until": "2025-12-31"}

BODIES: dict[str, Any] = {
    "decline": {"reason": "x"}, "transfer": {"skill": "senior"}, "return": {"note": ""}, "say": {"text": "x"},
    "push": {"page": {"title": "x"}}, "ask": {"what": "signature"}, "look": {"what": "document"},
    "operate": {"operation": "return_card", "reason": "x"}, "decide": {"decision": "approve"},
    "hold": {"decision": "release", "reason": "x"}, "label": {"outcome": "honest"}, "note": {"text": "x"},
    "work-order": {"kind": "call_back", "text": "x"}, "offer": {"sdp": "v=0", "role": "operator"},
    "play": {"reason": "dispute"}, "give-back": {"note": "x"}, "done": {"note": "x"}, "abort": {},
    "revoke": {"reason": "stolen"}, "move": {"branch": "heping"}, "jobs": {"action": "support_bundle"},
    "/api/unanswered/{kiosk}/{question_id}/label": {"intent": "greet"},
    "/api/kiosks/{kiosk}/settings/{key}": {"value": "95588"},
    "/api/approvals": {"escalation_id": "{escalation_id}", "operation": "dispense", "amount_fen": 100, "reason": "x"},
    "/api/review/labels": {"case": "{session_id}", "fraud": True, "source": "teller"},
    "/api/rollouts": {"release": "ffff", "kiosks": ["{kiosk}"]},
    "/api/enrolment": {"kiosk": "{kiosk}", "branch": "heping"},
    "/api/me/status": {"state": "ready"},
}  # fmt: skip
"""By path or by its last word: a body that names what is of the other branch."""

QUERIES = {
    "/api/events/count": {"kiosk": "{kiosk}"}, "/api/quality": {**DAY, "branch": "{branch}"},
    "/api/quality/topics": DAY, "/api/quality/alarms": DAY,
}  # fmt: skip

COUNT = "/api/events/count"
OF_NO_BRANCH = {
    "/api/ice", "/api/releases", "/api/supervisor/forecast", "/api/supervisor/quality", "/api/audit", "/api/quality/topics",
    "/api/quality/alarms", "/api/review/weights",
}  # fmt: skip
"""Oneself, sums, and what is the whole bank's: nothing in it names a branch's kiosk, session or call."""

WHOLE_BANK = {("GET", "/api/audit"), ("POST", "/api/review/weights/{run}/approve")}
"""Only for those who see every branch."""

NAMED_ANEW = ("POST", "/api/enrolment")
"""A name nobody has is given; one that is taken elsewhere is not."""


class Asked(NamedTuple):
    """One route of the document."""

    method: str
    path: str

    @property
    def id(self) -> str:
        return f"{self.method} {self.path}"


def _routes() -> list[Asked]:
    paths = yaml.load(DOCUMENT.read_text(encoding="utf-8"), yaml.CSafeLoader)["paths"]
    return [
        Asked(method.upper(), path)
        for path, deeds in paths.items()
        if path.startswith("/api/")
        for method in deeds
        if method in ("get", "post", "put", "patch", "delete")
    ]


ROUTES = _routes()


class Other:
    """A headquarters with every room, and in each room something of the other branch."""

    def __init__(self, room: Room, folder: Path) -> None:
        self.room, engine = room, room.store.connection
        self.jobs = Jobs(engine, room.clock)
        rollouts, state = Rollouts(engine, self.jobs, room.clock), room.app.state
        state.remote = SimpleNamespace(settings=Settings(engine), jobs=self.jobs, send=lambda _: None)
        releases = SimpleNamespace(find=lambda _: "f" * 64, all=dict)
        state.rollout = RolloutDesk(rollouts, cast("Any", releases))
        uploads = Uploads(engine, folder / "uploads", room.clock)
        state.uploads = UploadDesk(uploads, KEY)
        state.films = Films(engine, uploads, folder, room.clock)
        state.quality, state.reviews = Quality(engine), Reviews(engine, KEY)
        kiosks = Kiosks(engine, room.clock)
        state.enrolment = SimpleNamespace(
            kiosks=kiosks, revoke=lambda *_: pytest.fail("revoked"), new=lambda *_: pytest.fail("claimed")
        )
        claim = ("0" * 64, KIOSK, BRANCH, "{}", room.clock.now_ms, "x", room.clock.now_ms * 2)
        engine.execute("INSERT INTO enrolment_claims VALUES(?, ?, ?, ?, ?, ?, ?, NULL, NULL, NULL)", claim)
        engine.execute("INSERT INTO enrolment_kiosks VALUES(?, ?, '{}', '', 0)", (KIOSK, BRANCH))
        for kind, text in (("acceptance", '{"pdf": "cGRm"}'), ("decommission", "{}")):
            engine.execute("INSERT INTO enrolment_documents VALUES(?, ?, 1, 'd', ?)", (KIOSK, kind, text))
        self.rollout = rollouts.new("f" * 64, [KIOSK], Criteria(), "x").id
        self.job = self.jobs.create(KIOSK, "support_bundle", "", 60).id
        self._stored(engine)
        self.ids: dict[str, str] = {}

    def _stored(self, engine: Any) -> None:
        now, kiosk = self.room.clock.now_ms, self.room.kiosk(KIOSK, BRANCH)
        risk = {"risk_ref": f"{SESSION}-3-risk", "decision": {"level": "high", "r_hundredths": 7_000}, "context": None}
        kiosk.send("session.opened", {"branch": BRANCH, "flows_hash": SESSION}, SESSION, now)
        kiosk.send("risk.decided", risk, SESSION, now, f"{SESSION}-3-risk")
        kiosk.tell(order(f"{SESSION}-1-order"), SESSION)
        kiosk.tell(question(f"{SESSION}-7-question"), SESSION)
        self.room.escalate(f"{SESSION}-1-help", kiosk)
        package = (KIOSK, f"{SESSION}-9-recording", "recording", "0" * 64, "{}", "[]", now)
        engine.execute("INSERT INTO packages VALUES(?, ?, ?, ?, ?, ?, ?)", package)
        engine.execute("INSERT INTO console_views VALUES(?, 'x', ?, ?)", ("v" * 32, f"{KIOSK}:{package[1]}", now * 2))
        engine.execute("INSERT INTO risk_audits VALUES(?, 1000, ?)", (f"{SESSION}-3-risk", now))
        engine.execute("INSERT INTO quality_figures VALUES('2025-11-25', ?, 'human_in_time', 1, 1, 1, 1)", (BRANCH,))
        engine.execute("INSERT INTO fleet VALUES(?, ?, 1, 1, 1, 0, 0, 0, 0)", (KIOSK, BRANCH))
        bury(engine, [DeadLetter(KIOSK, "session", "hq.differs", "x", "{}", b"x")], now)

    async def begin(self) -> None:
        """A colleague of the other branch holds the call, and has asked for an approval."""
        call = f"/api/escalations/{SESSION}-1-help"
        async with self.room.person(SECOND_TELLER, branches=[BRANCH]) as http:
            assert (await http.post(f"{call}/accept")).status_code == 200
            operation: Authorised = "dispense"
            body = {
                "escalation_id": f"{SESSION}-1-help",
                "operation": operation,
                "amount_fen": 6_000_000,
                "reason": "x",
            }
            asked = await http.post("/api/approvals", json=body)
            assert asked.status_code == 201, asked.text
        self.ids = {
            "kiosk": KIOSK, "branch": BRANCH, "session_id": SESSION, "escalation_id": f"{SESSION}-1-help",
            "approval_id": asked.json()["id"], "recording_id": f"{KIOSK}:{SESSION}-9-recording", "view": "v" * 32,
            "order_id": f"{SESSION}-1-order", "question_id": f"{SESSION}-7-question", "job_id": self.job,
            "rollout_id": self.rollout, "key": "kiosk.hotline", "run": "0" * 16,
        }  # fmt: skip
        self.room.line.told.clear()

    def kept(self) -> dict[str, Any]:
        """Every table, but for who was seen when and what was tried."""
        engine = self.room.store.connection
        tables = [row["name"] for row in engine.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        passing = ("console_audit", "console_people", "console_sessions")
        return {
            one: [tuple(row) for row in engine.execute(f"SELECT * FROM {one}")] for one in tables if one not in passing
        }

    async def ask(self, http: httpx.AsyncClient, route: Asked, ids: dict[str, str]) -> httpx.Response:
        self.room.services.people_rate._left.clear()
        body = None
        if route.method != "GET":
            body = BODIES.get(route.path, BODIES.get(route.path.rsplit("/", 1)[-1]))
        query = QUERIES.get(route.path)
        return await http.request(
            route.method, route.path.format(**ids), json=_filled(body, ids), params=_filled(query, ids)
        )


NOTHING = {
    "kiosk": "kiosk-nowhere", "branch": "nowhere", "session_id": "N1", "escalation_id": "N1-1-help", "approval_id": "0" * 16,
    "recording_id": "kiosk-nowhere:N1-9-recording", "view": "w" * 32, "order_id": "N1-1-order",
    "question_id": "N1-7-question", "job_id": "0" * 16, "rollout_id": "0" * 12, "key": "kiosk.hotline", "run": "0" * 16,
}  # fmt: skip
"""Ids of what does not exist anywhere."""


def _filled(told: Any, ids: dict[str, str]) -> Any:
    text = orjson.dumps(told).decode() if told is not None else ""
    for name, id_ in ids.items():
        text = text.replace(f"{{{name}}}", id_)
    return orjson.loads(text) if text else None


def _without(text: str, ids: dict[str, str]) -> str:
    for name in sorted(ids, key=lambda one: -len(ids[one])):
        text = text.replace(ids[name], f"<{name}>")
    return text


@pytest.fixture
def place(tmp_path: Path) -> Where:
    """One engine: every table is read for whether anything changed."""
    return beside(tmp_path / DATABASE)


@pytest.fixture
def other(room: Room, tmp_path: Path) -> Other:
    return Other(room, tmp_path)


def test_every_route_of_the_document_is_asked() -> None:
    assert {(one.method, one.path) for one in ROUTES} == RULES.keys()


@pytest.mark.parametrize("role", ROLES)
async def test_what_is_of_another_branch_is_as_if_it_did_not_exist(other: Other, role: Role) -> None:
    await other.begin()
    before = other.kept()
    async with other.room.person(TELLER, roles=[role], branches=["heping"]) as http:
        for route in ROUTES:
            if role not in RULES[route.method, route.path].roles:
                continue
            answer = await other.ask(http, route, other.ids)
            assert answer.status_code != 422, (route.id, answer.text)
            if (route.method, route.path) in WHOLE_BANK:
                assert (answer.status_code, answer.json()["code"]) == (403, "hq.whole_bank"), route.id
                continue
            if (route.method, route.path) == NAMED_ANEW:
                assert answer.status_code == 404, route.id
                continue
            nowhere = await other.ask(http, route, NOTHING)
            told = _without(answer.text, other.ids)
            assert (answer.status_code, told) == (nowhere.status_code, _without(nowhere.text, NOTHING)), route.id
            assert not any(mark in told for mark in MARKS), (route.id, told)
            assert "{" not in route.path or answer.status_code >= 400 or _empty(answer), (route.id, answer.text)
    assert other.kept() == before
    assert other.room.line.told == []


def _empty(answer: httpx.Response) -> bool:
    told = answer.json()
    return not told or (isinstance(told, dict) and not any(told.values()))


async def test_who_is_of_that_branch_finds_it(other: Other) -> None:
    """Else the test above would pass over an empty house."""
    await other.begin()
    other.room.app.state.enrolment.revoke = other.room.app.state.enrolment.new = lambda *_: None
    found = set()
    async with other.room.person(TELLER, roles=list(ROLES), branches=[BRANCH], limit_fen=10**9) as http:
        for route in sorted(ROUTES, key=lambda one: one.method == "DELETE"):
            try:
                answer = await other.ask(http, route, other.ids)
            except (AttributeError, TypeError):  # what was found goes on into rooms that are not there
                found.add(route.path)
                continue
            if _finds(route, answer):
                found.add(route.path)
    paths = {one.path for one in ROUTES}
    assert paths - found == OF_NO_BRANCH & paths


def _finds(route: Asked, answer: httpx.Response) -> bool:
    told = answer.text if answer.status_code < 300 else ""
    named = any(mark in told for mark in MARKS) or (route.path == COUNT and told != "{}")
    return named or ("{" in route.path and answer.status_code != 404)
