"""The gate rejects by default: every reason, and no command twice."""

from __future__ import annotations

import base64

import orjson
import pytest

from guitai.errors import GuitaiError
from sync.gate import FRESH_NS, NONCE_LIFE_NS, RENEW_AFTER_NS, Gate, Order, Refusal

from .keys import DECIDED, JOINED, KEY, STRANGER, command


class World:
    def __init__(self) -> None:
        self.now_ns = 1_000
        self.nonces = iter(f"{n:032x}" for n in range(100))
        self.gate = Gate("kiosk-001", KEY.public_key(), lambda: self.now_ns, lambda: next(self.nonces))


@pytest.fixture
def world() -> World:
    return World()


def test_a_good_command_passes_once_and_its_answer_is_repeated(world: World) -> None:
    payload = command(world.gate.nonce)
    assert world.gate.check("teller.joined", payload) == Order("c1", "teller.joined", JOINED)
    assert world.gate.check("teller.joined", payload) is None
    reply = world.gate.reply("c1", "")
    assert (reply.status, reply.nonce) == ("accepted", world.gate.nonce)
    assert world.gate.check("teller.joined", payload) == reply


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"kiosk": "kiosk-002"}, "other_kiosk"),
        ({"name": "teller.said"}, "not_allowed"),
        ({"nonce": "f" * 32}, "unknown_nonce"),
        ({"data": {"escalation_id": "x"}}, "bad_data"),
        ({"data": {**JOINED, "extra": 1}}, "bad_data"),
        ({"data": {**JOINED, "type": "cash.dispense"}}, ""),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(world: World, changes: dict[str, object], reason: str) -> None:
    verdict = world.gate.check("teller.joined", command(**({"nonce": world.gate.nonce} | changes)))
    if reason:
        assert verdict == Refusal("c1", reason)
    else:
        assert isinstance(verdict, Order)
        assert verdict.name == "teller.joined"


@pytest.mark.parametrize("name", ["cash.stacked", "bank.transfer", "card.taken", "session.opened", "device.link"])
def test_no_event_but_a_tellers_can_be_commanded(world: World, name: str) -> None:
    assert world.gate.check(name, command(world.gate.nonce, name)) == Refusal("c1", "not_allowed")


def test_it_expires_on_the_kiosks_own_clock(world: World) -> None:
    world.now_ns += 1000 * 1_000_000
    assert isinstance(world.gate.check("teller.joined", command(world.gate.nonce)), Order)
    world.now_ns += 1
    old = world.gate.nonce
    assert world.gate.check("teller.joined", command(old, id="c2")) == Refusal("c2", "expired")
    assert world.gate.reply("c2", "expired").nonce != old
    assert isinstance(world.gate.check("teller.joined", command(world.gate.nonce, id="c3")), Order)


def test_many_stale_commands_at_once_are_answered_with_one_new_nonce(world: World) -> None:
    """Each had one of its own, and all of those were gone through for each: sync had time for nothing else."""
    old = world.gate.nonce
    world.now_ns += NONCE_LIFE_NS
    for number in range(90):
        stale = command(old, id=f"s{number}")
        assert world.gate.check("teller.joined", stale) == Refusal(f"s{number}", "unknown_nonce")
    new = world.gate.nonce
    assert new != old
    assert int(new, 16) == int(old, 16) + 1
    assert isinstance(world.gate.check("teller.joined", command(new, id="c9")), Order)
    world.now_ns += FRESH_NS
    assert isinstance(world.gate.check("teller.joined", command("f" * 32, id="c10")), Refusal)
    assert world.gate.nonce != new


def test_a_nonce_dies_whatever_expiry_the_command_claims(world: World) -> None:
    old = world.gate.nonce
    world.now_ns += RENEW_AFTER_NS
    assert world.gate.stale()
    world.gate.renew()
    assert isinstance(world.gate.check("teller.joined", command(old, expires_ms=10**9)), Order)
    world.now_ns += NONCE_LIFE_NS - RENEW_AFTER_NS
    assert world.gate.check("teller.joined", command(old, id="c2", expires_ms=10**9)) == Refusal("c2", "unknown_nonce")


def test_no_money_command_while_the_clock_is_unknown(world: World) -> None:
    payload = command(world.gate.nonce, "teller.decided", data=DECIDED)
    assert world.gate.check("teller.decided", payload) == Refusal("c1", "clock_unknown")
    world.gate.skew_known = True
    assert isinstance(world.gate.check("teller.decided", payload), Order)


def test_a_stranger_or_a_changed_command_is_not_even_answered(world: World) -> None:
    with pytest.raises(GuitaiError, match="bad_signature"):
        world.gate.check("teller.joined", command(world.gate.nonce, key=STRANGER))
    fields = orjson.loads(command(world.gate.nonce))
    for change in ({"id": "c9"}, {"data": {}}, {"signature": ""}, {"signature": base64.b64encode(bytes(64)).decode()}):
        with pytest.raises(GuitaiError, match="bad_signature"):
            world.gate.check("teller.joined", orjson.dumps({**fields, **change}))
    unsigned = {key: value for key, value in fields.items() if key != "signature"}
    with pytest.raises(GuitaiError, match="bad_signature"):
        world.gate.check("teller.joined", orjson.dumps(unsigned))
