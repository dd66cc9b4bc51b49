"""Stands before every route of the API: session, second factor, CSRF token, origin, role, rate; then writes the deed down.

Order matters: nothing is told about a route to somebody who is not logged in, and nothing is done before the audit has it.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import Depends, Request
from starlette.requests import HTTPConnection

from guitai.clock import Clock
from guitai.errors import GuitaiError
from headquarters.bank.models import Fault
from headquarters.console.access import RULES
from headquarters.console.audit import Audit
from headquarters.console.limits import Buckets
from headquarters.console.logins import Login, Logins
from headquarters.console.people import Person
from headquarters.console.provider import Provider
from headquarters.console.second_factor import SecondFactors
from headquarters.console.staff import Staff
from headquarters.live import Live
from headquarters.store import Store

COOKIE = "__Host-guitai"
CSRF_HEADER = "X-CSRF-Token"
CALLBACK = "/auth/callback"
READS = ("GET", "HEAD")
FAULTS: dict[int | str, dict[str, Any]] = {code: {"model": Fault} for code in (401, 403, 404, 409, 413, 422, 429, 502)}


@dataclass(frozen=True, slots=True)
class Services:
    """What every route works with."""

    store: Store
    live: Live
    clock: Clock
    logins: Logins
    audit: Audit
    staff: Staff
    provider: Provider
    second_factors: SecondFactors
    people_rate: Buckets
    login_rate: Buckets
    origin: str
    """The console's own, as browsers send it."""


def services_of(request: HTTPConnection) -> Services:
    """Return this application's services."""
    services: Services = request.app.state.services
    return services


Here = Annotated[Services, Depends(services_of)]


def login_of(request: HTTPConnection, here: Services, *, by_itself: bool = False) -> Login:
    """Return the session a request's cookie names. Raises GuitaiError ``hq.not_logged_in``."""
    return here.logins.of(request.cookies.get(COOKIE, ""), by_itself=by_itself)


def check_change(request: Request, here: Services, login: Login) -> None:
    """Refuse a change that a foreign page may have sent. Raises GuitaiError ``hq.forged``."""
    if not hmac.compare_digest(request.headers.get(CSRF_HEADER, "").encode(), login.csrf.encode()):
        raise GuitaiError("hq.forged", reason="csrf")
    if request.headers.get("origin", here.origin) != here.origin:
        raise GuitaiError("hq.forged", reason="origin")


async def guard(request: Request, here: Here) -> Person:
    """Return who asks, or refuse.

    Raises GuitaiError ``hq.not_logged_in``, ``hq.too_many``, ``hq.forged``, ``hq.second_factor``, ``hq.forbidden``.
    """
    path = str(getattr(request.scope["route"], "path", ""))
    rule = RULES.get((request.method, path))
    login = login_of(request, here, by_itself=rule is not None and rule.by_itself)
    person = login.person
    request.state.person = person
    here.people_rate.spend(person.id)
    subject = "/".join(request.path_params.values())
    if request.method not in READS:
        try:
            check_change(request, here, login)
        except GuitaiError as error:
            here.audit.write(
                person,
                "refused.forged",
                subject,
                {"route": f"{request.method} {path}", "reason": error.params["reason"]},
            )
            raise
    if login.second_factor == "needed" and path != "/api/me":
        raise GuitaiError("hq.second_factor", reason="needed")
    if rule is None or rule.roles.isdisjoint(person.roles):
        here.audit.write(person, "refused.role", subject, {"route": f"{request.method} {path}"})
        raise GuitaiError("hq.forbidden")
    here.staff.seen(person)
    if rule.deed:
        request.state.deed = rule.deed
        here.audit.write(person, rule.deed, subject, await _body(request))
    return person


async def _body(request: Request) -> dict[str, Any]:
    """Return a body for the audit; one that is no object is refused by the route itself."""
    try:
        found = orjson.loads(await request.body() or b"{}")
    except orjson.JSONDecodeError:
        return {}
    return found if isinstance(found, dict) else {}


Who = Annotated[Person, Depends(guard)]
