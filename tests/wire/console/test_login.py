"""Logging in through a real provider over real HTTPS, and everything by which somebody may try to get in without."""

from __future__ import annotations

import contextlib
import ssl
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
import websockets
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey, RSAKey

from guitai.clock import SystemClock
from guitai.demo.identity import NOBODY, SUPERVISOR, TELLER, log_in
from guitai.errors import GuitaiError
from headquarters.console.guard import COOKIE
from headquarters.console.live_route import MOST_LINES
from headquarters.console.login_routes import LEAVING_COOKIE
from headquarters.console.provider import Provider
from tests.fixtures.hq.desk import Desk, console_context, signed_in

pytestmark = pytest.mark.broker


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with signed_in() as parts:
        yield Desk(*parts)


@pytest.fixture
async def stranger(desk: Desk) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(base_url=desk.http.base_url, verify=console_context(desk.world), timeout=60) as http:
        yield http


async def code_for(http: httpx.AsyncClient, sub: str = TELLER) -> tuple[str, str]:
    """Walk up to the provider's answer; return state and code."""
    leaving = await http.get("/auth/login")
    async with httpx.AsyncClient(timeout=60) as browser:
        returned = await browser.post(leaving.headers["location"], data={"sub": sub})
    found = parse_qs(urlsplit(returned.headers["location"]).query)
    return found["state"][0], found["code"][0]


async def test_the_way_to_the_provider_carries_pkce_state_and_nonce(desk: Desk, stranger: httpx.AsyncClient) -> None:
    leaving = await stranger.get("/auth/login")
    asked = {name: value[0] for name, value in parse_qs(urlsplit(leaving.headers["location"]).query).items()}
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (
        "code",
        "S256",
        "openid profile",
    )
    assert asked["redirect_uri"] == f"{stranger.base_url}/auth/callback".replace("//auth", "/auth")
    assert all(len(asked[name]) >= 43 for name in ("state", "nonce", "code_challenge"))
    again = parse_qs(urlsplit((await stranger.get("/auth/login")).headers["location"]).query)
    assert {again[name][0] for name in ("state", "nonce", "code_challenge")}.isdisjoint(asked.values())


async def test_the_cookie_is_for_this_origin_and_no_script(desk: Desk, stranger: httpx.AsyncClient) -> None:
    state, code = await code_for(stranger)
    came = await stranger.get("/auth/callback", params={"state": state, "code": code})
    (cookie,) = (one for one in came.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
    assert {"HttpOnly", "Secure", "SameSite=strict", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    assert "Domain" not in cookie
    assert came.headers["strict-transport-security"]
    policy = came.headers["content-security-policy"]
    assert policy.startswith("default-src 'none'")
    assert "unsafe" not in policy


@pytest.mark.parametrize(
    "attack", ["no cookie", "other state", "used twice", "no code", "other's code", "other issuer", "no role"]
)
async def test_an_answer_that_is_not_ours_begins_no_session(
    desk: Desk, stranger: httpx.AsyncClient, attack: str
) -> None:
    state, code = await code_for(stranger, NOBODY if attack == "no role" else TELLER)
    given = {"state": state, "code": code}
    match attack:
        case "no cookie":  # somebody makes me log in as themselves
            stranger.cookies.clear()
        case "other state":
            given["state"] = state[::-1]
        case "used twice":
            assert (await stranger.get("/auth/callback", params=given)).headers["location"] == "/"
            stranger.cookies.delete(COOKIE)
            stranger.cookies.set(LEAVING_COOKIE, state, domain="127.0.0.1")
        case "no code":
            given = {"state": state, "error": "access_denied"}
        case "other's code":  # a code that was made for another way to the provider: the nonce differs
            other_state, _ = await code_for(stranger)
            given = {"state": other_state, "code": code}
        case "other issuer":
            given["iss"] = "https://elsewhere"
    answer = await stranger.get("/auth/callback", params=given)
    assert answer.headers["location"] == ("/?fault=hq.no_role" if attack == "no role" else "/?fault=hq.login")
    assert COOKIE not in stranger.cookies
    assert (await stranger.get("/api/me")).status_code == 401
    rows = desk.world.store().connection.execute("SELECT deed FROM console_audit ORDER BY n DESC LIMIT 1").fetchone()
    assert rows["deed"] == "login.refused"


async def test_a_forged_id_token_is_refused(desk: Desk) -> None:
    provider = Provider(desk.world.config.console, "https://hq/auth/callback", SystemClock())
    ours, theirs, shared = RSAKey.generate_key(2048), RSAKey.generate_key(2048), OctKey.import_key("a" * 32)
    provider._keys = KeySet([ours])
    now = int(time.time())
    good: dict[str, Any] = {
        "iss": desk.world.config.console.issuer, "aud": "guitai-console", "sub": "1", "nonce": "n", "iat": now, "exp": now + 60,
    }  # fmt: skip
    assert (await provider._checked(signed(good, ours), "n"))["sub"] == "1"
    forged = [
        signed(good, theirs),
        signed(good, shared, "HS256"),
        jwt.encode({"alg": "none"}, good, shared, algorithms=["none"]),
        *(signed(good | wrong, ours) for wrong in (
            {"iss": "https://elsewhere"}, {"aud": "another"}, {"nonce": "m"}, {"exp": now - 61}, {"nbf": now + 600},
            {"aud": ["guitai-console", "another"], "azp": "another"},
        )),
        *(signed({key: value for key, value in good.items() if key != gone}, ours) for gone in good),
        "", "a.b.c",
    ]  # fmt: skip
    for token in forged:
        with pytest.raises(GuitaiError, match=r"hq\.login"):
            await provider._checked(token, "n")


def signed(claims: dict[str, Any], key: Any, alg: str = "RS256") -> str:
    return jwt.encode({"alg": alg}, claims, key, algorithms=[alg])


async def test_without_a_provider_the_page_says_so(desk: Desk, stranger: httpx.AsyncClient) -> None:
    config = desk.world.config.console.model_copy(update={"issuer": "http://localhost:1"})
    provider = Provider(config, "https://hq/auth/callback", SystemClock())
    with pytest.raises(GuitaiError, match=r"hq\.provider"):
        await provider._known()


async def test_the_live_line_is_for_our_page_and_for_who_is_logged_in(desk: Desk) -> None:
    origin = str(desk.http.base_url).rstrip("/")
    url = origin.replace("https", "wss") + "/api/live"
    context, cookie = console_context(desk.world), {"Cookie": f"{COOKIE}={desk.http.cookies[COOKIE]}"}
    for wrong in ("https://evil.example", "null", None):
        with pytest.raises(websockets.InvalidStatus) as refused:
            async with connect(url, context, wrong, cookie):
                pass
        assert refused.value.response.status_code == 403
    async with connect(url, context, origin, {"Cookie": f"{COOKIE}=guess"}) as stranger:
        with pytest.raises(websockets.ConnectionClosed):
            await stranger.recv()
        assert stranger.close_code == 4401
    async with connect(url, context, origin, cookie) as live:
        await desk.escalate()
        told = [await live.recv() for _ in range(3)]
        assert '"topic":"queue"' in str(told).replace(" ", "")
        assert "安全账户" not in str(told)


async def test_the_live_line_takes_nothing_and_not_without_end(desk: Desk) -> None:
    origin = str(desk.http.base_url).rstrip("/")
    url, cookie = origin.replace("https", "wss") + "/api/live", {"Cookie": f"{COOKIE}={desk.http.cookies[COOKIE]}"}
    context = console_context(desk.world)
    cut = (1009, 1006)  # a browser that still sends may only see the end
    for sent, codes in (("{}", (1003,)), (b"\0", (1003,)), ("x" * 2_000, cut), (b"x" * 2_000_000, cut)):
        async with connect(url, context, origin, cookie) as live:
            with contextlib.suppress(websockets.ConnectionClosed):
                await live.send(sent)
            with pytest.raises(websockets.ConnectionClosed):
                await live.recv()
            assert live.close_code in codes, sent[:4]
    other = await desk.person(SUPERVISOR)
    cookie = {"Cookie": f"{COOKIE}={other.cookies[COOKIE]}"}
    async with AsyncExitStack() as stack:
        for _ in range(MOST_LINES):
            await stack.enter_async_context(connect(url, context, origin, cookie))
        with pytest.raises(websockets.InvalidStatus) as refused:
            await stack.enter_async_context(connect(url, context, origin, cookie))
        assert refused.value.response.status_code == 403
    assert (await desk.http.get("/api/me")).status_code == 200


async def test_a_session_brought_along_is_not_the_one_that_begins(desk: Desk, stranger: httpx.AsyncClient) -> None:
    state, code = await code_for(stranger)
    planted = "planted" * 6
    stranger.cookies.set(COOKIE, planted, domain="127.0.0.1")
    came = await stranger.get("/auth/callback", params={"state": state, "code": code})
    (cookie,) = (one for one in came.headers.get_list("set-cookie") if one.startswith(f"{COOKIE}="))
    assert planted not in cookie
    stranger.cookies.clear()
    for token in (planted, state, code):
        answer = await stranger.get("/api/me", headers={"Cookie": f"{COOKIE}={token}"})
        assert answer.status_code == 401


def connect(url: str, context: ssl.SSLContext, origin: str | None, headers: dict[str, str]):
    return websockets.connect(url, ssl=context, origin=origin, additional_headers=headers)  # type: ignore[arg-type]


async def test_too_long_and_too_often_is_refused(desk: Desk) -> None:
    await desk.escalate()
    await desk.post("accept")
    long = {"sdp": "v" * 70_000, "role": "operator"}
    answer = await desk.http.post("/api/escalations/S1-1-help/video/offer", json=long)
    assert (answer.status_code, answer.json()["code"]) == (413, "hq.too_large")
    answer = await desk.http.post(
        "/api/escalations/S1-1-help/video/offer", json={"sdp": "v" * 16_385, "role": "operator"}
    )
    assert (answer.status_code, answer.json()["code"]) == (422, "hq.bad_request")

    async def parts() -> AsyncIterator[bytes]:
        yield b"{}"

    answer = await desk.http.post("/api/escalations/S1-1-help/beat", content=parts())
    assert answer.status_code == 413  # a body that does not tell its length
    codes = [(await desk.http.get("/api/me")).status_code for _ in range(160)]
    assert 429 in codes


async def test_somebody_else_logs_in_beside(desk: Desk) -> None:
    boss = await desk.person(SUPERVISOR)
    assert (await boss.get("/api/me")).json()["roles"] == ["supervisor"]
    assert (await desk.http.get("/api/me")).json()["id"] == TELLER
    async with AsyncExitStack() as stack:
        nobody = await stack.enter_async_context(
            httpx.AsyncClient(base_url=desk.http.base_url, verify=console_context(desk.world), timeout=60)
        )
        with pytest.raises(GuitaiError, match="no_role"):
            await log_in(nobody, NOBODY)
