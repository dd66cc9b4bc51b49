"""End-to-end tokens: form, length, HMAC, amount, and how a vault spends them."""

from __future__ import annotations

import hashlib
import hmac

import pytest

from firmware_bridge.protocol.tokens import Vault, amount_text, mint, parse
from guitai.errors import GuitaiError
from guitai.money import Fen, yuan

KEY = bytes(range(32))
NONCE = "254611E63B2531576314E86527338D61"


FULL = yuan(500)


def token(amount: Fen = FULL, key: bytes = KEY, nonce: str = NONCE) -> str:
    return mint(key, nonce, {"DISPENSE1": amount_text(amount)})


def vault() -> Vault:
    made = Vault(KEY, lifetime_s=60)
    made.issue(NONCE, now_s=0)
    return made


def test_the_form_is_the_standards():
    text = token()
    head = f"NONCE={NONCE},TOKENFORMAT=1,TOKENLENGTH={len(text):04d},DISPENSE1=500.00CNY,HMACSHA256="
    assert text == head + hmac.new(KEY, head.encode(), hashlib.sha256).hexdigest().upper()


@pytest.mark.parametrize(
    "spoil",
    [
        lambda t: t[:-1],
        lambda t: t + "A",
        lambda t: t.lower(),
        lambda t: t.replace("TOKENLENGTH=0", "TOKENLENGTH=1"),
        lambda t: t.replace("TOKENFORMAT=1", "TOKENFORMAT=2"),
        lambda t: t.replace("DISPENSE1=500.00CNY,", ""),
        lambda t: t.replace("500", "5００"),
        lambda t: t.replace("NONCE=", "NONSE="),
        lambda _: "",
        lambda t: t * 9,
    ],
)
def test_a_spoilt_form_is_refused(spoil):
    with pytest.raises(GuitaiError):
        parse(spoil(token()))


def test_a_field_named_twice_is_refused():
    twice = mint(KEY, NONCE, {"DISPENSE1": "500.00CNY,DISPENSE1=900.00CNY"})
    with pytest.raises(GuitaiError):
        parse(twice)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (None, "authorisationRequired"),
        ("", "authorisationRequired"),
        (7, "authorisationRequired"),
        ("rubbish", "invalidTokenFormat"),
        (token(nonce="0" * 32), "invalidTokenNonce"),
        (token(key=bytes(32)), "invalidTokenHMAC"),
        (token(yuan(400)), "invalidToken"),
        (mint(KEY, NONCE, {"DISPENSE2": "500.00CNY"}), "invalidToken"),
        (token(), None),
    ],
)
def test_what_a_vault_says(text, code):
    assert vault().spend(text, yuan(500), now_s=1) == code


def test_a_token_may_be_spent_in_parts_up_to_its_value():
    safe = vault()
    assert safe.spend(token(), yuan(200), 1) is None
    assert safe.spend(token(), yuan(300), 1) is None
    assert safe.spend(token(), yuan(10), 1) == "invalidToken"


def test_one_token_per_nonce():
    safe = vault()
    assert safe.spend(token(), yuan(100), 1) is None
    assert safe.spend(token(yuan(900)), yuan(100), 1) == "invalidToken"


def test_nonces_expire_are_cleared_and_replaced():
    safe = vault()
    assert safe.spend(token(), yuan(500), now_s=60) == "noCommandNonce"
    safe.issue("1" * 32, 0)
    assert safe.spend(token(), yuan(500), 1) == "invalidTokenNonce"
    safe.clear()
    assert safe.spend(token(nonce="1" * 32), yuan(500), 1) == "noCommandNonce"
