"""Every route of the API has a rule, every rule a route, and each role gets through exactly where the table says."""

from __future__ import annotations

import httpx
import pytest
from fastapi.routing import APIRoute

from guitai.clock import SystemClock
from headquarters.app import ROOMS, bare_app
from headquarters.console.access import RULES
from headquarters.console.guard import CSRF_HEADER, guard
from headquarters.console.people import ROLES, Person, Role
from headquarters.store import Store
from tests.fixtures.hq.console import client, services

OPEN = {("GET", "/auth/login"), ("GET", "/auth/callback"), ("POST", "/auth/otp"), ("POST", "/auth/logout")}
"""Those that come before a login, or check it by themselves."""

KIOSKS = ("/bank/", "/uploads/", "/metrics", "/.well-known/est/", "/enrolment/", "/releases/")
"""For machines: by client certificate, or from this machine only."""


def routes() -> set[tuple[str, str]]:
    found = {(method, route.path) for route in _api_routes() for method in route.methods}
    return {(method, path) for method, path in found if not path.startswith(KIOSKS)}


def _api_routes() -> list[APIRoute]:
    return [route for room in ROOMS for route in room.router.routes if isinstance(route, APIRoute)]


def test_every_route_has_a_rule_and_every_rule_a_route() -> None:
    assert routes() - OPEN == RULES.keys()


def test_every_route_is_guarded() -> None:
    unguarded = [
        (route.path, sorted(route.methods))
        for route in _api_routes()
        if route.path.startswith("/api/") and not any(sub.call is guard for sub in route.dependant.dependencies)
    ]
    assert unguarded == []


def test_every_change_is_written_down() -> None:
    silent = {key for key, rule in RULES.items() if key[0] != "GET" and not rule.deed}
    assert silent == {("POST", f"/api/escalations/{{escalation_id}}/{beat}") for beat in ("beat", "listening")}


@pytest.fixture
def app(tmp_path):
    app = bare_app()
    store = Store(tmp_path / "hq.sqlite3")
    app.state.services = services(store, SystemClock())
    yield app
    store.close()


@pytest.mark.parametrize("role", ROLES)
async def test_a_role_gets_through_exactly_where_the_table_says(app, role: Role) -> None:
    """What lies behind the guard is missing here: whoever gets through finds that out, nobody else does."""
    person = Person("p1", "某人", (role,))
    async with client(app, app.state.services, person) as http:
        for (method, path), rule in RULES.items():
            refused = await _code(http, method, path) == "hq.forbidden"
            assert refused == (role not in rule.roles), f"{role} {method} {path}"


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "DELETE"])
async def test_nobody_gets_in_without_a_session(app, method: str) -> None:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="https://hq") as http:
        for one, path in RULES:
            if one == method:
                assert await _code(http, method, path) == "hq.not_logged_in"


async def test_a_change_without_its_token_or_from_elsewhere_is_refused(app) -> None:
    async with client(app, app.state.services, Person("p1", "某人", ROLES)) as http:
        for method, path in [*RULES, *OPEN]:
            if method == "GET":
                continue
            app.state.services.people_rate._left.clear()
            for wrong in ({CSRF_HEADER: ""}, {CSRF_HEADER: "0" * 64}, {"Origin": "https://evil"}, {"Origin": "null"}):
                answer = await http.request(
                    method, _filled(path), headers=wrong, json={"code": "123456"} if path == "/auth/otp" else {}
                )
                assert (answer.status_code, answer.json()["code"]) == (403, "hq.forged")


async def _code(http: httpx.AsyncClient, method: str, path: str) -> str:
    app = http._transport.app  # type: ignore[attr-defined]
    app.state.services.people_rate._left.clear()
    try:
        answer = await http.request(method, _filled(path), json=None if method == "GET" else {})
    except AttributeError:  # the rooms behind the guard are not there
        return ""
    told = answer.json() if answer.content else None
    return told.get("code", "") if isinstance(told, dict) else ""


def _filled(path: str) -> str:
    return path.replace("{", "").replace("}", "").replace("recording_id", "kiosk-1:r1")
