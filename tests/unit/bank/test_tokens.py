"""The host's token, byte for byte, and as the dispenser reads it."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.protocol import tokens
from guitai.money import Fen, yuan
from headquarters.bank.debits import mint

KEY = bytes(range(32))


@pytest.mark.parametrize(
    ("nonce", "amount", "signed"),
    [
        (
            "254611E63B2531576314E86527338D61",
            yuan(500),
            "NONCE=254611E63B2531576314E86527338D61,TOKENFORMAT=1,TOKENLENGTH=0165,DISPENSE1=500.00CNY,HMACSHA256=",
        ),
        ("00FF", Fen(123_450), "NONCE=00FF,TOKENFORMAT=1,TOKENLENGTH=0138,DISPENSE1=1234.50CNY,HMACSHA256="),
    ],
)
def test_vectors(nonce: str, amount: Fen, signed: str) -> None:
    token = mint(KEY, nonce, amount)
    assert token == signed + hmac.new(KEY, signed.encode(), hashlib.sha256).hexdigest().upper()
    assert len(token) == int(signed.split("TOKENLENGTH=")[1][:4])


@given(st.text("0123456789ABCDEF", min_size=8, max_size=64), st.integers(1, 10**9))
def test_the_dispenser_understands_every_token(nonce: str, amount: int) -> None:
    token = tokens.parse(mint(KEY, nonce, Fen(amount)))
    assert token.nonce == nonce
    assert token.value().fen() == amount
    assert token.genuine(KEY)
    assert not token.genuine(bytes(32))
