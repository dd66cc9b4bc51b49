"""Relays for browsers: a name and a password that run out, as coturn's `use-auth-secret` reckons them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from guitai.config_sections import Relays as Settings
from guitai.demo.identity import TECHNICIAN, TELLER
from headquarters.console.relays import LIFE_S, Relays, password_of
from tests.fixtures.hq.clock import StandingClock
from tests.unit.console.conftest import Room

TURN = "turn:relay.bank.example:3478?transport=udp"


def settings(**changes: object) -> Settings:
    return Settings.model_validate(changes)


def test_a_password_is_what_the_relay_reckons_from_the_name() -> None:
    # echo -n 1433895918:alice | openssl dgst -sha1 -hmac secret -binary | base64
    assert password_of("1433895918:alice", "secret") == "9FlGeCxuzk5viW4BIqwHUUUEvWw="


def test_a_browser_gets_an_hour() -> None:
    clock = StandingClock(1_764_000_000_000)
    told = Relays(settings(turn=[TURN], turn_secret="s", stun="stun:relay.bank.example:3478"), clock).for_browser(
        "0218"
    )
    stun, turn = told.servers
    assert (stun.urls, stun.username) == (["stun:relay.bank.example:3478"], None)
    assert (turn.urls, turn.username) == ([TURN], f"{1_764_000_000 + LIFE_S}:0218")
    assert turn.credential == password_of(turn.username or "", "s")
    assert told.relay_only is False


@pytest.mark.parametrize(
    "changes", [{"turn": [TURN]}, {"relay_only": True}, {"turn": ["http://x"], "turn_secret": "s"}]
)
def test_what_cannot_work_is_refused(changes: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        settings(**changes)


async def test_tellers_are_told_and_nobody_else(room: Room) -> None:
    async with room.person(TELLER) as one, room.person(TECHNICIAN) as other:
        assert (await one.get("/api/ice")).json() == {"servers": [], "relay_only": False}
        assert (await other.get("/api/ice")).status_code == 403
