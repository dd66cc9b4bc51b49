"""Sessions end by themselves; the second factor is asked of administrators and taken once; claims make a person or nobody."""

from __future__ import annotations

from pathlib import Path

import pyotp
import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.demo.identity import ADMINISTRATOR, NOBODY, TECHNICIAN, TELLER
from guitai.errors import GuitaiError
from headquarters.console.logins import IDLE_MS, Leaving
from headquarters.console.people import ROLES, person_of
from headquarters.engine import DATABASE, Where, beside
from tests.fixtures.hq.console import somebody

from .conftest import Room


@pytest.fixture
def place(tmp_path: Path) -> Where:
    """One engine is enough for what no statement decides."""
    return beside(tmp_path / DATABASE)


def test_the_challenge_is_that_of_rfc_7636() -> None:
    leaving = Leaving("s", "n", "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk")
    assert leaving.challenge == "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # RFC 7636, appendix B


async def test_fifteen_minutes_without_a_deed_end_the_session(room: Room) -> None:
    async with room.person(TELLER) as http:
        room.later(IDLE_MS / 1000 - 1)
        assert (await http.post("/api/me/status", json={"state": "away"})).status_code == 200
        room.later(IDLE_MS / 1000 - 1)
        assert (await http.get("/api/queue")).status_code == 200  # the console asks by itself: no deed
        room.later(1)
        answer = await http.get("/api/queue")
        assert (answer.status_code, answer.json()["code"]) == (401, "hq.not_logged_in")


async def test_twelve_hours_end_it_whatever_one_does(room: Room) -> None:
    async with room.person(TELLER) as http:
        for _ in range(12 * 6 - 1):
            room.later(600)
            assert (await http.post("/api/me/status", json={"state": "ready"})).status_code == 200
        assert (await http.get("/api/me")).json()["expires_ms"] - room.clock.now_ms == 600_000
        room.later(600)
        assert (await http.get("/api/me")).status_code == 401
    assert room.store.connection.execute("SELECT COUNT(*) AS n FROM console_sessions").fetchone()["n"] == 1


async def test_logging_out_ends_it_here_and_on_every_process(room: Room, place) -> None:
    from headquarters.console.guard import COOKIE
    from headquarters.console.logins import Logins
    from headquarters.store import Store

    other = Store(place)
    async with room.person(TELLER) as http:
        token = http.cookies[COOKIE]
        elsewhere = Logins(other.connection, room.clock)
        assert elsewhere.of(token).person.id == TELLER
        assert (await http.post("/auth/logout", headers={"X-CSRF-Token": "0"})).status_code == 403
        assert (await http.post("/auth/logout")).status_code == 204
        with pytest.raises(GuitaiError, match=r"hq\.not_logged_in"):
            elsewhere.of(token)
    other.close()


def test_only_hashes_of_tokens_are_kept(room: Room) -> None:
    login, leaving = room.services.logins.begin(somebody()), room.services.logins.leave()
    kept = [
        dict(row)
        for table in ("console_sessions", "console_logins")
        for row in room.store.connection.execute(f"SELECT * FROM {table}")
    ]
    assert login.token not in str(kept)
    assert leaving.state not in str(kept)


def test_what_was_sent_along_comes_back_once_and_in_time(room: Room) -> None:
    logins = room.services.logins
    leaving = logins.leave()
    assert logins.returned(leaving.state) == leaving
    for state in (leaving.state, "made up"):
        with pytest.raises(GuitaiError, match=r"hq\.login"):
            logins.returned(state)
    late = logins.leave()
    room.later(601)
    with pytest.raises(GuitaiError, match=r"hq\.login"):
        logins.returned(late.state)


async def test_an_administrator_may_do_nothing_before_the_second_factor(room: Room) -> None:
    secret = _secret(room.services.second_factors.enrol(ADMINISTRATOR))
    async with _admin(room) as http:
        assert (await http.get("/api/me")).json()["second_factor"] == "needed"
        answer = await http.get("/api/fleet")
        assert (answer.status_code, answer.json()["code"]) == (401, "hq.second_factor")
        code = pyotp.TOTP(secret).at(room.clock.now_ms // 1000)
        assert (await http.post("/auth/otp", json={"code": code}, headers={"X-CSRF-Token": ""})).status_code == 403
        before = dict(http.cookies)
        shown = await http.post("/auth/otp", json={"code": code})
        assert (shown.status_code, shown.json()["second_factor"]) == (200, "done")
        assert dict(http.cookies) != before  # a new session: the old cookie is worth nothing
        http.headers["X-CSRF-Token"] = shown.json()["csrf"]
        assert (await http.get("/api/fleet")).status_code == 200
        assert (await http.post("/auth/otp", json={"code": code})).status_code == 401  # not needed any more
    async with _admin(room) as again:
        answer = await again.post("/auth/otp", json={"code": code})  # a code that was overheard
        assert (answer.status_code, answer.json()["reason"]) == (401, "code")


async def test_after_five_wrong_codes_there_is_a_pause(room: Room) -> None:
    secret = _secret(room.services.second_factors.enrol(ADMINISTRATOR))
    async with _admin(room) as http:
        for _ in range(5):
            assert (await http.post("/auth/otp", json={"code": "000000"})).json()["reason"] == "code"
        room.later(60)
        right = {"code": pyotp.TOTP(secret).at(room.clock.now_ms // 1000)}
        assert (await http.post("/auth/otp", json=right)).json()["reason"] == "pause"
    room.later(15 * 60)
    async with _admin(room) as http:
        right = {"code": pyotp.TOTP(secret).at(room.clock.now_ms // 1000)}
        assert (await http.post("/auth/otp", json=right)).status_code == 200


def test_a_code_of_the_half_minute_before_is_taken_and_an_older_one_is_not(room: Room) -> None:
    factors, now_s = room.services.second_factors, room.clock.now_ms // 1000
    totp = pyotp.TOTP(_secret(factors.enrol("a")))
    with pytest.raises(GuitaiError, match=r"hq\.second_factor"):
        factors.check("a", totp.at(now_s - 60))
    factors.check("a", totp.at(now_s - 30))
    factors.check("a", totp.at(now_s))
    with pytest.raises(GuitaiError, match=r"hq\.second_factor"):
        factors.check("a", totp.at(now_s - 30))
    with pytest.raises(GuitaiError, match=r"hq\.second_factor"):
        factors.check("nobody", totp.at(now_s))


def test_the_secret_is_encrypted_where_it_lies(room: Room) -> None:
    secret = _secret(room.services.second_factors.enrol("a"))
    assert secret not in room.store.connection.execute("SELECT secret FROM console_second_factors").fetchone()["secret"]


def test_who_has_no_role_of_ours_is_nobody() -> None:
    with pytest.raises(GuitaiError, match=r"hq\.no_role"):
        somebody(NOBODY)
    assert somebody(TECHNICIAN).roles == ("technician",)


def test_a_word_alone_is_a_list_of_one_and_nobody_becomes_the_whole_banks_by_a_claim_of_another_form() -> None:
    claims = {"sub": "p1", "roles": "auditor", "branches": "heping", "skills": "wealth"}
    person = person_of(claims)
    assert (person.roles, person.branches, person.skills) == (("auditor",), ("heping",), ("wealth",))
    assert person_of({**claims, "branches": []}).branches == ()
    for other in ("", None, 5, True, {"heping": 1}, [5], ["heping", ""], [["heping"]]):
        for name in ("roles", "branches", "skills"):
            with pytest.raises(GuitaiError, match=r"hq\.bad_claim"):
                person_of({**claims, name: other})


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


shapes = st.dictionaries(
    st.sampled_from(["name", "skills", "branches", "limit_fen", "locale", "other"]), anything
).flatmap(
    lambda one: (anything | st.lists(st.sampled_from([*ROLES, "gardener"]), max_size=3)).map(
        lambda roles: {**one, "roles": roles}
    )
)


@given(shapes)
def test_claims_of_any_shape_make_a_person_with_our_roles_or_nobody(claims: dict) -> None:
    if not all(_is_words(claims[name]) for name in ("roles", "skills", "branches") if name in claims):
        with pytest.raises(GuitaiError, match=r"hq\.bad_claim"):
            person_of({**claims, "sub": "p1"})
        return
    if not any(role == claims["roles"] or role in claims["roles"] for role in ROLES):
        with pytest.raises(GuitaiError, match=r"hq\.no_role"):
            person_of({**claims, "sub": "p1"})
        return
    person = person_of({**claims, "sub": "p1"})
    assert set(person.roles) <= set(ROLES)
    assert 0 <= person.limit_fen <= 10**10
    assert person.locale in ("zh", "en")


def _is_words(claim: object) -> bool:
    words = claim if isinstance(claim, list) else [claim]
    return all(isinstance(word, str) and word for word in words)


def _admin(room: Room):
    from tests.fixtures.hq.console import client

    return client(room.app, room.services, somebody(ADMINISTRATOR), second_factor=False)


def _secret(address: str) -> str:
    return pyotp.parse_uri(address).secret
