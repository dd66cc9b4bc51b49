"""Whatever is asked in whatever order: a claim lets one key in, and a kiosk has one live certificate at most."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from headquarters.engine import Where, open_engine
from headquarters.enrolment.kiosks import Kiosks
from headquarters.enrolment.store import Enrolments
from tests.fixtures.hq.clock import StandingClock

KEY = ec.generate_private_key(ec.SECP256R1())
KIOSKS, KEYS = ("k1", "k2"), ("a", "b", "c", "d")
steps = st.lists(
    st.one_of(
        st.tuples(st.just("claim"), st.sampled_from(KIOSKS)),
        st.tuples(st.just("enrol"), st.integers(0, 5), st.sampled_from(KEYS), st.sampled_from(("", *KIOSKS))),
        st.tuples(st.just("renew"), st.integers(0, 9), st.sampled_from(KEYS)),
        st.tuples(st.just("confirm"), st.integers(0, 9)),
        st.tuples(st.just("revoke"), st.sampled_from(KIOSKS)),
        st.tuples(st.just("later"), st.integers(1, 3)),
    ),
    max_size=25,
)


def sign(kiosk: str, branch: str) -> x509.Certificate:
    del branch
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, kiosk)])
    now = datetime.now(UTC)
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(now)
    return builder.not_valid_after(now + timedelta(days=1)).sign(KEY, hashes.SHA256())


def play(store: Enrolments, clock: StandingClock, deeds: list) -> None:
    claims: list[str] = []
    serials: list[str] = []
    let_in: dict[str, set[str]] = {}
    refused: list[str] = []
    for deed, *more in deeds:
        try:
            if deed == "claim":
                claims.append(f"h{len(claims)}")
                store.claim(claims[-1], more[0], "b", {}, 2, "t")
            elif deed == "enrol" and more[0] < len(claims):
                issued = store.enrol(claims[more[0]], more[1], more[2], sign)
                assert more[2] in ("", issued.kiosk)
                let_in.setdefault(claims[more[0]], set()).add(more[1])
                serials.append(issued.serial)
            elif deed == "renew" and more[0] < len(serials):
                serials.append(store.renew(serials[more[0]], more[1], "", sign).serial)
            elif deed == "confirm" and more[0] < len(serials):
                assert store.confirm(serials[more[0]]).state == "live"
            elif deed == "revoke":
                store.revoke(more[0], "t")
                assert store.of_kiosk(more[0]) is None
            elif deed == "later":
                clock.now_ms += more[0] * 86_400_000
        except GuitaiError as error:
            refused.append(error.code.partition(".")[0])
        assert all(len(keys) == 1 for keys in let_in.values()), "a claim let two keys in"
    assert set(refused) <= {"enrolment"}
    for kiosk in KIOSKS:
        live = [s for s in set(serials) if store.known(s).kiosk == kiosk and store.known(s).state == "live"]
        assert len(live) <= 1


@given(steps)
@settings(max_examples=30, deadline=None)
def test_one_key_a_claim_and_one_live_certificate_a_kiosk(tmp_path_factory, deeds) -> None:
    clock = StandingClock(1_800_000_000_000)
    engine = open_engine(tmp_path_factory.mktemp("s") / "hq.sqlite3")
    try:
        play(Enrolments(engine, clock), clock, deeds)
    finally:
        engine.close()


def test_the_same_on_either_database(place: Where) -> None:
    clock = StandingClock(1_800_000_000_000)
    engine = open_engine(place)
    store = Enrolments(engine, clock)
    store.claim("h", "k1", "b", {}, 2, "t")
    first = store.enrol("h", "a", "", sign)
    assert store.enrol("h", "a", "", sign) == first
    with pytest.raises(GuitaiError, match=r"enrolment\.used"):
        store.enrol("h", "b", "", sign)
    second = store.renew(first.serial, "b", "", sign)
    assert store.of_kiosk("k1") == first
    store.confirm(second.serial)
    assert [one.serial for one in store.not_shut()] == [first.serial]
    with pytest.raises(GuitaiError, match=r"enrolment\.not_live"):
        store.renew(first.serial, "c", "", sign)
    with pytest.raises(GuitaiError, match=r"enrolment\.key_again"):
        store.renew(second.serial, "a", "", sign)
    engine.close()


def test_a_profile_that_no_kiosk_would_take_is_refused_when_the_code_is_made(tmp_path: Path) -> None:
    from headquarters.enrolment.profile import read_profile

    path = tmp_path / "p.toml"
    for text in ("x = ", "[paths]\nkeys = '/'", "[kiosk]\nnonsense = 1", "[window]\nwidth = 1"):
        path.write_text(text)
        with pytest.raises(GuitaiError, match=r"enrolment\.bad_profile"):
            read_profile(path)
    path.write_text('[kiosk]\nbranch_name = "平安里支行"')
    assert read_profile(path)["kiosk"]["branch_name"] == "平安里支行"


@pytest.mark.parametrize("name", ["hq", "broker"])
def test_no_kiosk_is_called_as_headquarters_own_certificates_are(tmp_path: Path, name: str) -> None:
    engine = open_engine(tmp_path / "hq.sqlite3")
    try:
        with pytest.raises(GuitaiError) as refused:
            Enrolments(engine, StandingClock(1)).claim("h", name, "heping", {}, 1, "x")
        assert refused.value.code == "hq.bad_request"
    finally:
        engine.close()


def test_a_move_wanted_between_renewal_and_confirmation_stays_wanted(place: Where) -> None:
    clock = StandingClock(1_800_000_000_000)
    engine = open_engine(place)
    try:
        store, kiosks = Enrolments(engine, clock), Kiosks(engine, clock)
        store.claim("h", "k1", "b", {}, 2, "t")
        first = store.enrol("h", "a", "", sign)
        second = store.renew(first.serial, "b", "", sign)
        kiosks.move("k1", "pingan")
        store.confirm(second.serial)
        assert kiosks.of("k1")[0::2] == ("b", "pingan")
        third = store.renew(second.serial, "c", "", sign)
        assert store.confirm(third.serial).branch == "pingan"
        assert kiosks.of("k1")[0::2] == ("pingan", "")
    finally:
        engine.close()


def test_a_code_is_withdrawn_and_the_certificate_stays(place: Where) -> None:
    engine = open_engine(place)
    clock = StandingClock(1)
    store = Enrolments(engine, clock)
    for code in ("h1", "h2"):
        store.claim(code, "k1", "b", {}, 2, "t")
        if code == "h1":
            live = store.enrol("h1", "key", "", sign)
    store.withdraw("k1")
    with pytest.raises(GuitaiError, match=r"enrolment\.withdrawn"):
        store.enrol("h2", "other", "", sign)
    assert store.of_kiosk("k1") == live
    with pytest.raises(GuitaiError, match=r"enrolment\.no_code"):
        store.withdraw("k1")
    store.claim("h3", "k1", "b", {}, 2, "t")
    clock.now_ms += 2 * 86_400_000
    with pytest.raises(GuitaiError, match=r"enrolment\.no_code"):
        store.withdraw("k1")
    engine.close()
