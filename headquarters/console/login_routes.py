"""Logging in by the bank's provider, the second factor, logging out, and who I am."""

from __future__ import annotations

import hmac
from typing import Annotated

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse

from guitai.errors import GuitaiError
from headquarters.console.guard import COOKIE, FAULTS, Here, Services, Who, check_change, login_of
from headquarters.console.logins import IDLE_MS, LONGEST_MS, ON_THE_WAY_MS, Login
from headquarters.console.models import OtpIn, StatusIn
from headquarters.console.people import Person, person_of
from headquarters.console.shown import MeOut

LEAVING_COOKIE = "__Host-guitai-login"
"""Binds the way to the provider to one browser; Lax, as the way back begins at the provider's page."""

Word = Annotated[str, Query(max_length=2_000)]
router = APIRouter(tags=["login"], responses=FAULTS)


@router.get("/auth/login", status_code=303, response_class=RedirectResponse)
async def log_in(request: Request, here: Here) -> RedirectResponse:
    """Send the browser to the bank's provider; back to the page, with ``?fault=CODE``, if there is none."""
    here.login_rate.spend(_address(request))
    leaving = here.logins.leave()
    try:
        answer = RedirectResponse(await here.provider.address(leaving), 303)
    except GuitaiError as fault:
        return RedirectResponse(f"/?fault={fault.code}", 303)
    answer.set_cookie(
        LEAVING_COOKIE, leaving.state, max_age=ON_THE_WAY_MS // 1000, secure=True, httponly=True, samesite="lax"
    )
    return answer


@router.get("/auth/callback", status_code=303, response_class=RedirectResponse)
async def callback(
    request: Request, here: Here, code: Word = "", state: Word = "", iss: Word | None = None, error: Word = ""
) -> RedirectResponse:
    """Take what the provider sends back; a login that fails leads to the console's page with ``?fault=CODE``."""
    here.login_rate.spend(_address(request))
    try:
        if not state or not hmac.compare_digest(request.cookies.get(LEAVING_COOKIE, "").encode(), state.encode()):
            raise GuitaiError("hq.login", reason="state")
        leaving = here.logins.returned(state)
        if error or not code:
            raise GuitaiError("hq.login", reason="refused")
        person = person_of(await here.provider.claims(code, leaving, iss))
    except GuitaiError as fault:
        here.audit.write(
            None, "login.refused", detail={"code": fault.code, "reason": str(fault.params.get("reason", ""))}
        )
        answer = RedirectResponse(f"/?fault={fault.code}", 303)
        answer.delete_cookie(LEAVING_COOKIE, secure=True, httponly=True, samesite="lax")
        return answer
    answer = RedirectResponse("/", 303)
    answer.delete_cookie(LEAVING_COOKIE, secure=True, httponly=True, samesite="lax")
    _begin(here, answer, here.logins.begin(person))
    return answer


@router.post("/auth/otp")
async def one_time_code(body: OtpIn, request: Request, response: Response, here: Here) -> MeOut:
    """Show the second factor; the session goes on under a new cookie and a new CSRF token."""
    here.login_rate.spend(_address(request))
    login = login_of(request, here)
    check_change(request, here, login)
    try:
        if login.second_factor != "needed":
            raise GuitaiError("hq.second_factor", reason="not_needed")
        here.second_factors.check(login.person.id, body.code)
    except GuitaiError as fault:
        here.audit.write(login.person, "second_factor.refused", detail={"reason": str(fault.params.get("reason", ""))})
        raise
    here.audit.write(login.person, "second_factor.shown")
    login = here.logins.promote(login)
    _set_cookie(response, login)
    return _me(here, login)


@router.post("/auth/logout", status_code=204)
async def log_out(request: Request, here: Here) -> Response:
    """End the session here; the provider's own goes on."""
    login = login_of(request, here)
    check_change(request, here, login)
    here.audit.write(login.person, "logout")
    here.logins.end(login.token)
    here.staff.left(login.person)
    answer = Response(status_code=204)
    answer.delete_cookie(COOKIE, secure=True, httponly=True, samesite="strict")
    return answer


@router.get("/api/me")
async def me(request: Request, here: Here, _: Who) -> MeOut:
    """Return who is logged in, and the CSRF token."""
    return _me(here, login_of(request, here, by_itself=True))


@router.post("/api/me/status")
async def status(body: StatusIn, request: Request, here: Here, who: Who) -> MeOut:
    """Say whether I take calls."""
    here.staff.set(who, body.state)
    return _me(here, login_of(request, here))


def _begin(here: Services, answer: Response, login: Login) -> None:
    here.audit.write(login.person, "login", detail={"second_factor": login.second_factor})
    here.staff.came(login.person)
    _set_cookie(answer, login)


def _set_cookie(answer: Response, login: Login) -> None:
    answer.set_cookie(COOKIE, login.token, max_age=LONGEST_MS // 1000, secure=True, httponly=True, samesite="strict")


def _me(here: Services, login: Login) -> MeOut:
    person: Person = login.person
    return MeOut(
        id=person.id, name=person.name, roles=list(person.roles), skills=list(person.skills), branches=list(person.branches),
        limit_fen=person.limit_fen, csrf=login.csrf, second_factor=login.second_factor, locale=person.locale,
        status=here.staff.status(person), idle_s=IDLE_MS // 1000, expires_ms=login.expires_ms,
    )  # fmt: skip


def _address(request: Request) -> str:
    return request.client.host if request.client else ""
