"""A proof that headquarters acknowledges is in its tables, whoever ended the certificate before."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding

from headquarters.engine import open_engine
from headquarters.enrolment import routes
from headquarters.enrolment.kiosks import Kiosks
from headquarters.enrolment.leaving import DECOMMISSIONED
from headquarters.enrolment.store import Enrolments
from headquarters.enrolment.tables import Issued
from tests.fixtures.hq.clock import StandingClock
from tests.unit.enrolment.test_store import sign


class Asked:
    state = SimpleNamespace(peer_serial="1")

    async def stream(self) -> AsyncIterator[bytes]:
        yield b'{"signature": "x"}'


def test_a_reason_that_a_person_typed_is_not_taken_for_a_proof(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(routes, "check_proof", lambda *_: None)
    pem = sign("k1", "b").public_bytes(Encoding.PEM).decode()
    ended = Issued("1", "k1", "b", pem, "revoked", 0, DECOMMISSIONED)
    engine = open_engine(tmp_path / "hq.sqlite3")
    try:
        kiosks = Kiosks(engine, StandingClock(1))
        store = SimpleNamespace(known=lambda _: ended)
        here = SimpleNamespace(store=store, kiosks=kiosks, key=Ed25519PrivateKey.generate())
        asyncio.run(routes.decommission(cast("Any", Asked()), cast("Any", here)))
        assert kiosks.document("k1", "decommission")["signature"] == "x"
    finally:
        engine.close()


def test_who_was_revoked_is_out_of_use_until_it_comes_again(tmp_path: Path) -> None:
    engine = open_engine(tmp_path / "hq.sqlite3")
    try:
        kiosks, store = Kiosks(engine, StandingClock(1)), Enrolments(engine, StandingClock(1))
        for n, kiosk in enumerate(("k1", "k2")):
            store.claim(f"h{n}", kiosk, "b", {}, 2, "t")
            store.enrol(f"h{n}", f"key{n}", "", sign)
        store.revoke("k2", "stolen")
        assert kiosks.gone() == {"k2"}
    finally:
        engine.close()
