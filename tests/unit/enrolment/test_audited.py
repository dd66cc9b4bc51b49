"""What changes which certificate lives stands in the audit."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from guitai.config import Config
from headquarters.enrolment import routes
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.enrolment.tables import Issued
from tests.fixtures.hq.clock import StandingClock


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
