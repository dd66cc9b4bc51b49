"""Claim codes: read as people type them, every wrong letter found."""

from __future__ import annotations

import pytest
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.wire import claims
from guitai.wire.claims import ALPHABET, Claim, parse
from headquarters import pki

letters = st.text(ALPHABET, min_size=claims.SECRET_LETTERS, max_size=claims.SECRET_LETTERS)
prints = st.text(ALPHABET, min_size=claims.FINGERPRINT_LETTERS, max_size=claims.FINGERPRINT_LETTERS)
claim_s = st.builds(Claim, letters, prints, st.sampled_from(["", "hq.bank:8443", "10.0.0.1:443"]))


@given(claim_s)
def test_what_is_shown_reads_back(claim: Claim) -> None:
    assert parse(claim.scanned()) == claim
    shown = Claim(claim.secret, claim.fingerprint)
    typed = shown.text().lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert parse(typed) == shown


@given(claim_s, st.integers(0, claims.LETTERS - 1), st.sampled_from(ALPHABET))
def test_every_single_wrong_letter_is_found(claim: Claim, at: int, letter: str) -> None:
    code = claim.text().replace("-", "")
    wrong = code[:at] + letter + code[at + 1 :]
    if wrong != code:
        with pytest.raises(GuitaiError, match=r"enrolment\.bad_code"):
            parse(wrong)


@given(st.text(max_size=60))
@settings(max_examples=300)
def test_anything_else_is_refused_in_words(text: str) -> None:
    code = ""
    try:
        parse(text)
    except GuitaiError as error:
        code = error.code
    assert code in ("enrolment.bad_code", "enrolment.bad_address")


def test_a_claim_names_its_authority_alone(tmp_path) -> None:
    for name in ("ours", "theirs"):
        pki.provision(tmp_path / name)
    ours, theirs = (x509.load_pem_x509_certificate((tmp_path / n / "ca.crt").read_bytes()) for n in ("ours", "theirs"))
    claim = claims.new(ours)
    assert claims.names(claim, ours)
    assert not claims.names(claim, theirs)


@pytest.mark.parametrize("text", ["hq.bank", "https://hq.bank:8443/", "HQ.bank:8443"])
def test_addresses_as_people_write_them(text: str) -> None:
    assert claims.plain_address(text) == "hq.bank:8443"


@pytest.mark.parametrize("text", ["", "http://hq", "hq bank", "hq:0", "hq:70000", "hq/x"])
def test_what_is_no_address(text: str) -> None:
    with pytest.raises(GuitaiError, match=r"enrolment\.bad_address"):
        claims.plain_address(text)
