"""Settings, jobs, uploads and rollouts: who is for some branches sees and changes kiosks of those alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import httpx
import pytest
from fastapi import FastAPI

from guitai.errors import GuitaiError
from headquarters import fleet
from headquarters.console import faults
from headquarters.console.guard import guard
from headquarters.console.people import Person
from headquarters.engine import open_engine
from headquarters.enrolment.tables import SCHEMA
from headquarters.remote import routes as remote
from headquarters.remote.jobs import Jobs
from headquarters.remote.settings import Settings
from headquarters.rollout import routes as rollouts
from headquarters.rollout.desk import Rollouts
from headquarters.rollout.plan import Criteria
from headquarters.uploads import routes as uploads
from headquarters.uploads.store import Uploads
from tests.fixtures.hq.clock import StandingClock

OURS, THEIRS, HEARD, MOVED = "ours", "theirs", "heard", "moved"
SOMEBODY = Person("t", "t", ("technician",), branches=("heping",))
EVERYBODY = Person("e", "e", ("technician",))


class Rooms:
    """The routers over one store, asked by `who`."""

    def __init__(self, folder: Path) -> None:
        self.engine, clock = open_engine(folder / "hq.sqlite3"), StandingClock(1)
        self.engine.executescript(SCHEMA)
        self.engine.executescript(fleet.SCHEMA)
        for kiosk, branch in ((OURS, "heping"), (THEIRS, "nanhu"), (MOVED, "nanhu")):
            self.engine.execute("INSERT INTO enrolment_kiosks VALUES(?, ?, '{}', '', 0)", (kiosk, branch))
        for kiosk in (HEARD, MOVED):  # what a kiosk says of itself counts only where it was not enrolled
            self.engine.execute("INSERT INTO fleet VALUES(?, 'heping', 1, 1, 1, 0, 0, 0, 0)", (kiosk,))
        self.jobs = Jobs(self.engine, clock)
        self.rollouts = Rollouts(self.engine, self.jobs, clock)
        self.who = SOMEBODY
        self.app = FastAPI()
        self.app.state.services = SimpleNamespace(store=SimpleNamespace(connection=self.engine))
        self.app.state.remote = SimpleNamespace(settings=Settings(self.engine), jobs=self.jobs, send=lambda _: None)
        self.released: list[str] = []
        self.app.state.house = SimpleNamespace(desk=SimpleNamespace(release_journal=self._release))
        releases = SimpleNamespace(find=lambda _: "f" * 64, all=dict)
        self.app.state.rollout = rollouts.RolloutDesk(self.rollouts, cast("Any", releases))
        self.app.state.uploads = uploads.UploadDesk(Uploads(self.engine, folder, clock), cast("Any", None))
        self.app.dependency_overrides[guard] = lambda: self.who
        self.app.add_exception_handler(GuitaiError, faults.on_fault)
        for room in (remote, rollouts, uploads):
            self.app.include_router(room.router)

    async def _release(self, kiosk: str, _: Person) -> None:
        self.released.append(kiosk)

    def ask(self, method: str, path: str, body: Any = None) -> tuple[int, Any]:
        async def once() -> httpx.Response:
            line = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=line, base_url="https://hq") as http:
                return await http.request(method, path, json=body)

        answer = asyncio.run(once())
        return answer.status_code, answer.json() if answer.content else None


@pytest.fixture
def rooms(tmp_path: Path) -> Iterator[Rooms]:
    made = Rooms(tmp_path)
    yield made
    made.engine.close()


def asked(kiosk: str, job: str) -> list[tuple[str, str, Any]]:
    at = f"/api/kiosks/{kiosk}"
    return [
        ("GET", f"{at}/settings", None),
        ("PUT", f"{at}/settings/kiosk.hotline", {"value": "95588"}),
        ("DELETE", f"{at}/settings/kiosk.hotline", None),
        ("GET", f"{at}/jobs", None),
        ("POST", f"{at}/jobs", {"action": "support_bundle"}),
        ("POST", f"{at}/jobs/{job}/cancel", None),
        ("DELETE", f"{at}/jobs/{job}", None),
        ("POST", f"{at}/journal/release", None),
        ("GET", f"{at}/uploads", None),
    ]


@pytest.mark.parametrize("kiosk", [THEIRS, MOVED, "nobody"])
def test_settings_jobs_and_uploads_of_another_branch_are_as_if_not_there(rooms: Rooms, kiosk: str) -> None:
    job = rooms.jobs.create(kiosk, "support_bundle", "", 60)
    for one in asked(kiosk, job.id):
        status, told = rooms.ask(*one)
        assert (status, told["code"]) == (404, "enrolment.no_kiosk"), one
    assert rooms.jobs.of(kiosk) == [job]
    assert rooms.released == []


@pytest.mark.parametrize(("kiosk", "who"), [(OURS, SOMEBODY), (HEARD, SOMEBODY), (THEIRS, EVERYBODY)])
def test_those_in_scope_are_served(rooms: Rooms, kiosk: str, who: Person) -> None:
    rooms.who = who
    job = rooms.jobs.create(kiosk, "support_bundle", "", 60)
    assert all(rooms.ask(*one)[0] < 300 for one in asked(kiosk, job.id))
    assert rooms.released == [kiosk]


def test_a_rollout_touches_kiosks_in_scope_alone(rooms: Rooms) -> None:
    status, told = rooms.ask("POST", "/api/rollouts", {"release": "ffff", "kiosks": [OURS, THEIRS]})
    assert (status, told["code"]) == (404, "enrolment.no_kiosk")
    assert rooms.rollouts.all() == []
    assert rooms.ask("POST", "/api/rollouts", {"release": "ffff", "kiosks": [OURS, HEARD]})[0] == 201


def test_a_rollout_says_who_began_it_why_and_how_carefully(rooms: Rooms) -> None:
    body = {
        "release": "ffff",
        "kiosks": [OURS],
        "stages": [50, 100],
        "most_failed": 2,
        "soak_s": 60,
        "why": "new voices",
    }
    told = rooms.ask("POST", "/api/rollouts", body)[1]
    assert (told["made_by"], told["why"], told["created_ms"], told["name"]) == ("t", "new voices", 1, "")
    assert (told["stages"], told["most_failed"], told["soak_s"], told["silent_s"]) == ([50, 100], 2, 60, 93_600)
    assert told["members"] == [{"kiosk": OURS, "standing": "waiting", "reason": "", "at_ms": 0}]
    [listed] = rooms.ask("GET", "/api/rollouts")[1]  # asked for every 5 s: without the kiosks, however many they are
    assert "members" not in listed
    assert (listed["kiosks"], listed["counts"]) == (1, {"waiting": 1})
    assert rooms.ask("GET", f"/api/rollouts/{told['id']}")[1] == {**listed, "members": told["members"]} == told


def test_a_rollout_beyond_ones_branches_is_as_if_it_were_not_there(rooms: Rooms) -> None:
    ours = rooms.rollouts.new("f" * 64, [OURS], Criteria(), "x")
    both = rooms.rollouts.new("f" * 64, [OURS, THEIRS], Criteria(), "x")
    deeds = (("GET", ""), ("POST", "/pause"), ("POST", "/resume"), ("POST", "/abort"))
    for method, deed in deeds:
        body = {} if deed == "/abort" else None
        status, told = rooms.ask(method, f"/api/rollouts/{both.id}{deed}", body)
        assert (status, told["code"]) == (404, "rollout.unknown")
        assert rooms.ask(method, f"/api/rollouts/{ours.id}{deed}", body)[0] == 200
    assert rooms.rollouts.get(both.id) == both
    assert [one["id"] for one in rooms.ask("GET", "/api/rollouts")[1]] == [ours.id]
    rooms.who = EVERYBODY
    assert len(rooms.ask("GET", "/api/rollouts")[1]) == 2
