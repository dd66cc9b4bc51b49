"""What changes which certificate lives stands in the audit."""

from __future__ import annotations

import asyncio
import base64
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

from guitai.config import Config
from guitai.errors import GuitaiError
from headquarters.enrolment import routes
from headquarters.enrolment.desk import NETWORK_CODES, EnrolmentDesk
from headquarters.enrolment.tables import Issued
from tests.fixtures.hq.clock import StandingClock
from tests.fixtures.hq.enrolment import Place


def asked() -> bytes:
    builder = x509.CertificateSigningRequestBuilder().subject_name(x509.Name([]))
    request = builder.sign(ec.generate_private_key(ec.SECP256R1()), hashes.SHA256())
    return base64.b64encode(request.public_bytes(Encoding.DER))


def test_a_confirmation_is_written_down(monkeypatch: Any, tmp_path: Any) -> None:
    from headquarters.engine import open_engine

    lines: list[tuple[Any, ...]] = []
    audit = SimpleNamespace(write=lambda *line: lines.append(line))
    engine = open_engine(tmp_path / "hq.sqlite3")
    try:
        desk = EnrolmentDesk(Config(), engine, cast("Any", audit), None, StandingClock(1))
        live = Issued("12345", "k1", "heping", "", "live", 0, "")
        monkeypatch.setattr(desk.store, "confirm", lambda _: live)
        asked = SimpleNamespace(state=SimpleNamespace(peer_serial="12345"))
        asyncio.run(routes.confirm(cast("Any", asked), desk))
    finally:
        engine.close()
    assert lines == [(None, "enrolment.confirmed", "k1", {"serial": "1234:5", "branch": "heping"})]


async def test_no_certificate_lives_without_its_line(tmp_path: Any, monkeypatch: Any) -> None:
    place = Place(tmp_path)
    try:
        body, secret = asked(), place.code().secret

        def full(*_: Any) -> None:
            raise GuitaiError("hq.database", path="audit", reason="full")

        with monkeypatch.context() as cut:
            cut.setattr(place.audit, "_engine", SimpleNamespace(transaction=full))
            with pytest.raises(GuitaiError, match="full"):
                await place.desk.enrol("127.0.0.1", secret, body)
        assert place.states() == []
        await place.desk.enrol("127.0.0.1", secret, body)  # the code was not used up
        assert place.states() == ["live"]
        assert len(place.audited("enrolment.issued")) == 1
        with monkeypatch.context() as cut:
            cut.setattr(place.audit, "_engine", SimpleNamespace(transaction=full))
            with pytest.raises(GuitaiError, match="full"):
                place.desk.revoke("kiosk-007", "stolen", None)
        assert place.states() == ["live"]
    finally:
        place.store.close()


async def test_one_network_uses_up_its_own_attempts_alone(tmp_path: Any) -> None:
    place = Place(tmp_path)
    try:
        for n in range(NETWORK_CODES.burst):
            with pytest.raises(GuitaiError) as refused:
                await place.desk.enrol(f"10.1.2.{n}", "0" * 12, b"no request")
            assert refused.value.code == "enrolment.bad_request"
        for address, code in (("10.1.2.200", "hq.too_many"), ("10.1.3.1", "enrolment.bad_request")):
            with pytest.raises(GuitaiError) as refused:
                await place.desk.enrol(address, "0" * 12, b"no request")
            assert refused.value.code == code
    finally:
        place.store.close()
