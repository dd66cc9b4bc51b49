"""guitai devices token-check: each way a token can be wrong, as a vector in a file; and amounts in minor units."""

from __future__ import annotations

import hashlib
import hmac
import json
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.protocol.amounts import Value
from firmware_bridge.protocol.vectors import check
from guitai.cli.devices.token_check import token_check
from guitai.errors import GuitaiError
from guitai.money import Fen

KEY = "00112233445566778899AABBCCDDEEFF00112233445566778899AABBCCDDEEFF"
NONCE = "254611E63B2531576314E86527338D61"
UPPER = str.upper


def signed(body: str = "DISPENSE1=500.00CNY", nonce: str = NONCE, key: str = KEY, length: int | None = None) -> str:
    """Write a token by the standard alone, not by the code under test."""
    frame = f"NONCE={nonce},TOKENFORMAT=1,TOKENLENGTH={{:04d}},{body},HMACSHA256="
    text = frame.format(length if length is not None else len(frame.format(0)) + 64)
    return text + hmac.new(bytes.fromhex(key), text.encode(), hashlib.sha256).hexdigest().upper()


def vector(authorised: bool, token: object = None, value: object = 500, fraction: object = 0, **more: object) -> dict:
    currency = more.pop("currency", "CNY")
    request = {"value": value, "fraction": fraction, "currency": currency}
    token = signed() if token is None else token
    return {"deviceNonce": NONCE, "token": token, "request": request, "authorised": authorised, **more}


def reasons(*vectors: dict) -> list[str]:
    verdicts = check({"hmacKeyHex": KEY, "cases": list(vectors)})
    assert [one.agrees for one in verdicts] == [True] * len(vectors), verdicts
    return [one.reason for one in verdicts]


GOOD = signed()
REFUSED = {
    "wrong key": (vector(False, signed(key="AB" * 32)), "invalidTokenHMAC"),
    "one digit of the HMAC": (vector(False, GOOD[:-1] + ("0" if GOOD[-1] != "0" else "1")), "invalidTokenHMAC"),
    "HMAC in lower case": (vector(False, GOOD[:-64] + GOOD[-64:].lower()), "invalidTokenFormat"),
    "length too large": (vector(False, signed(length=999)), "invalidTokenFormat"),
    "a digit too many after signing": (vector(False, GOOD + "A"), "invalidTokenFormat"),
    "longer than 1024": (vector(False, signed("DISPENSE1=500.00CNY,X=" + "A" * 1024)), "invalidTokenFormat"),
    "another nonce": (vector(False, signed(nonce="0" * 32)), "invalidTokenNonce"),
    "the device has no nonce": (vector(False, deviceNonce=None), "noCommandNonce"),
    "the device's nonce was cleared": (vector(False, deviceNonce=""), "noCommandNonce"),
    "no token": (vector(False, ""), "authorisationRequired"),
    "token that is no text": (vector(False, 7), "authorisationRequired"),
    "nonce not first": (vector(False, GOOD.replace("NONCE=", "A=1,NONCE=")), "invalidTokenFormat"),
    "HMAC not last": (vector(False, GOOD + ",A=1"), "invalidTokenFormat"),
    "no HMAC": (vector(False, GOOD[: GOOD.index(",HMAC")]), "invalidTokenFormat"),
    "format 2": (vector(False, GOOD.replace("FORMAT=1", "FORMAT=2")), "invalidTokenFormat"),
    "a key twice": (vector(False, signed("DISPENSE1=500.00CNY,A=1,A=2")), "invalidTokenFormat"),
    "two nonces": (vector(False, signed("DISPENSE1=500.00CNY,NONCE=AA")), "invalidTokenFormat"),
    "full-width digits": (vector(False, signed("DISPENSE1=5００.00CNY")), "invalidTokenFormat"),
    "no dispense": (vector(False, signed("ODD=1")), "invalidToken"),
    "only a second dispense": (vector(False, signed("DISPENSE2=500.00CNY")), "invalidToken"),
    "two dispenses": (vector(False, signed("DISPENSE1=500.00CNY,DISPENSE2=1.00CNY")), "invalidToken"),
    "one fen too much": (vector(False, value=500, fraction=1), "invalidToken"),
    "far too much": (vector(False, value=501), "invalidToken"),
    "borrowed from the units": (vector(False, signed("DISPENSE1=100.10CNY"), 100, 50), "invalidToken"),
    "another currency": (vector(False, currency="USD"), "invalidToken"),
    "currency in lower case": (vector(False, currency="cny"), "invalidToken"),
    "wraps in 32 bits": (vector(False, value=2**32 + 1), "invalidToken"),
    "wraps in 64 bits": (vector(False, value=2**64 + 1), "invalidToken"),
    "fraction wraps": (vector(False, value=0, fraction=2**64), "invalidToken"),
    "token of more than 32 bits": (vector(False, signed("DISPENSE1=4294967296.00CNY"), 1), "invalidToken"),
    "token of very many digits": (vector(False, signed(f"DISPENSE1={'9' * 30}.00CNY"), 1), "invalidToken"),
    "fraction of more than 32 bits": (vector(False, signed("DISPENSE1=1.4294967296CNY"), 1), "invalidToken"),
    "no digits before the point": (vector(False, signed("DISPENSE1=.50CNY"), 0), "invalidToken"),
    "no digits after the point": (vector(False, signed("DISPENSE1=5.CNY"), 1), "invalidToken"),
    "negative token": (vector(False, signed("DISPENSE1=-5.00CNY"), 0), "invalidToken"),
    "negative request": (vector(False, value=-1), "invalidData"),
    "negative fraction": (vector(False, value=1, fraction=-1), "invalidData"),
    "no number": (vector(False, value="many"), "invalidData"),
    "a truth value": (vector(False, value=True), "invalidData"),
    "half a fen": (vector(False, value="0.005"), "invalidData"),
    "no request": (vector(False) | {"request": None}, "invalidData"),
}
ACCEPTED = {
    "all of it": vector(True),
    "a part": vector(True, value=120, fraction=50),
    "no fraction": vector(True) | {"request": {"value": 500, "currency": "CNY"}},
    "fraction null": vector(True, fraction=None),
    "fraction as digits": vector(True, signed("DISPENSE1=100.50CNY"), 100, "5"),
    "many fen": vector(True, value=0, fraction=50_000),
    "units as text": vector(True, value="500"),
    "a token without a fraction": vector(True, signed("DISPENSE1=500CNY"), 499, 99),
    "one digit after the point": vector(True, signed("DISPENSE1=100.5CNY"), 100, 50),
    "the largest": vector(True, signed(f"DISPENSE1={2**32 - 1}CNY"), 2**32 - 1),
    "three digits": vector(True, signed("DISPENSE1=123.678XYZ"), 123, 678, currency="XYZ"),
    "no minor unit": vector(True, signed("DISPENSE1=500JPY"), 500, currency="JPY"),
    "unknown keys": vector(True, signed("SHOP=7,DISPENSE1=500.00CNY,NOTE=ab.c")),
    "a short nonce": vector(True, signed(nonce="1"), deviceNonce="1"),
}


@pytest.mark.parametrize(("one", "reason"), REFUSED.values(), ids=list(REFUSED))
def test_refused(one, reason):
    assert reasons(one) == [reason]


@pytest.mark.parametrize("one", ACCEPTED.values(), ids=list(ACCEPTED))
def test_accepted(one):
    assert reasons(one) == [""]


def test_a_token_in_parts_one_token_on_one_device():
    token = signed("DISPENSE1=500.50CNY")
    parts = [vector(True, token, 200), vector(True, token, 300), vector(False, token, 1), vector(True, token, 0, 50)]
    assert reasons(*parts, vector(False, token, 0, 1)) == ["", "", "invalidToken", "", "invalidToken"]
    elsewhere = vector(False, token, 200, deviceNonce="1" * 32)
    assert reasons(vector(True, token, 500), elsewhere, vector(True, token, 500)) == ["", "invalidTokenNonce", ""]


def test_cases_of_their_own_may_share_a_token():
    cases = [
        vector(True, value=500),
        vector(True, value=100),
        vector(False, value=500, fraction=1),
        vector(True, value=500),
    ]
    assert [one.alone for one in check({"hmacKeyHex": KEY, "cases": cases})] == [True] * 4
    assert reasons(*cases) == ["", "", "invalidToken", ""]


def test_what_contradicts_both_readings_is_told_as_spends():
    verdicts = check(
        {"hmacKeyHex": KEY, "cases": [vector(True), vector(True), vector(False, value=1), vector(True, value=501)]}
    )
    assert [(one.authorised, one.alone) for one in verdicts] == [
        (True, False),
        (False, False),
        (False, False),
        (False, False),
    ]


def test_a_refused_part_takes_nothing_off():
    assert reasons(vector(False, value=501), vector(True, value=500), vector(False, value=1))[1] == ""


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        {},
        {"hmacKeyHex": KEY},
        {"hmacKeyHex": KEY, "vectors": [1]},
        {"vectors": [vector(True)]},
        {"hmacKeyHex": "xyz", "vectors": [vector(True)]},
        {"hmacKeyHex": KEY, "vectors": [vector(True) | {"authorised": "yes"}]},
    ],
)
def test_what_is_missing_is_named(document):
    with pytest.raises(GuitaiError) as caught:
        check(document)
    assert caught.value.code == "xfs.bad_vectors"


def run(tmp_path: Path, document: object, *options: str):
    file = tmp_path / "vectors.json"
    file.write_text(json.dumps(document), encoding="utf-8")
    return CliRunner().invoke(token_check, [str(file), *options])


def test_the_command_tells_each_verdict_and_exits_0_only_when_all_agree(tmp_path):
    good = {"hmacKeyHex": KEY, "vectors": [vector(True), vector(False, currency="USD")]}
    result = run(tmp_path, good, "--json")
    told = json.loads(result.stdout)
    assert result.exit_code == 0
    assert told["figures"] == {"n": 2, "agree": 2, "disagree": 0}
    refused = {"authorised": False, "reason": "invalidToken", "expected": False, "agrees": True, "alone": False}
    assert told["verdicts"][1] == refused
    bad = {"hmacKeyHex": KEY, "vectors": [vector(False), vector(False, value=501)]}
    result = run(tmp_path, bad)
    assert result.exit_code == 1
    assert result.stdout.splitlines()[0] == "1: authorised   (expected otherwise)"
    assert result.stdout.splitlines()[-1] == "1 of 2 as expected"


def test_numbers_in_a_file_are_never_rounded(tmp_path):
    text = json.dumps({"hmacKeyHex": KEY, "v": [vector(False, value="@")]}).replace('"@"', "500." + "0" * 40 + "1")
    (tmp_path / "vectors.json").write_text(text)
    assert CliRunner().invoke(token_check, [str(tmp_path / "vectors.json")]).exit_code == 0


def test_a_file_that_is_no_json_is_said_in_a_sentence(tmp_path):
    (tmp_path / "v.json").write_bytes(b"\xff")
    assert CliRunner().invoke(token_check, [str(tmp_path / "v.json")]).exception.code == "xfs.bad_vectors"


MINOR = st.integers(0, 10**12)


@given(MINOR, MINOR, st.integers(0, 6), st.integers(0, 6))
def test_taking_away_is_exact_at_any_number_of_digits(first, second, digits, others):
    left = Value(first, digits, "CNY").less(Value(second, others, "CNY"))
    exact = first * 10**others - second * 10**digits
    assert (left is None) is (exact < 0)
    if left is not None:
        assert left.minor * 10 ** (digits + others) == exact * 10**left.digits


@given(st.integers(0, 4294967295 * 100))
def test_an_amount_of_fen_is_written_and_read_back(fen):
    assert Value.parse(f"{fen // 100}.{fen % 100:02d}CNY").fen() == Fen(fen)
