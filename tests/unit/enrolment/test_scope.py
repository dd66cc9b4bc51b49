"""Who is for some branches changes and sees kiosks of those alone."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guitai.errors import GuitaiError
from headquarters.console.people import Person
from headquarters.engine import open_engine
from headquarters.enrolment import console_routes as routes
from headquarters.enrolment.kiosks import Kiosks
from tests.fixtures.hq.clock import StandingClock

WHO = Person("t", "t", ("technician",), branches=("heping",))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Any]:
    engine = open_engine(tmp_path / "hq.sqlite3")
    kiosks = Kiosks(engine, StandingClock(1))
    for kiosk, branch in (("ours", "heping"), ("theirs", "nanhu")):
        engine.execute("INSERT INTO enrolment_kiosks VALUES(?, ?, '{}', '', 0)", (kiosk, branch))
    deeds: list[str] = []
    yield SimpleNamespace(kiosks=kiosks, revoke=lambda kiosk, *_: deeds.append(kiosk), deeds=deeds)
    engine.close()


def refused(deed: Any) -> str:
    with pytest.raises(GuitaiError) as error:
        asyncio.run(deed)
    return error.value.code


def test_a_kiosk_of_another_branch_is_as_if_it_were_not_there(desk: Any) -> None:
    here, why = desk, routes.RevokeIn(reason="stolen")
    assert refused(routes.revoke("theirs", why, here, WHO)) == "enrolment.no_kiosk"
    assert refused(routes.withdraw("theirs", here, WHO)) == "enrolment.no_kiosk"
    assert refused(routes.move("theirs", routes.MoveIn(branch="heping"), here, WHO)) == "enrolment.no_kiosk"
    assert refused(routes.decommission("theirs", here, WHO)) == "enrolment.no_kiosk"
    assert refused(routes.acceptance("theirs", here, WHO)) == "enrolment.no_kiosk"
    assert refused(routes.proof("theirs", here, WHO)) == "enrolment.no_kiosk"
    assert (
        refused(routes.new(routes.ClaimIn(kiosk="theirs", branch="heping", profile={}), here, WHO))
        == "enrolment.no_kiosk"
    )
    assert desk.deeds == []
    asyncio.run(routes.revoke("ours", why, here, WHO))
    assert desk.deeds == ["ours"]


def test_no_kiosk_comes_to_a_branch_out_of_scope(desk: Any) -> None:
    assert refused(routes.new(routes.ClaimIn(kiosk="new", branch="nanhu", profile={}), desk, WHO)) == "hq.forbidden"
    assert refused(routes.move("ours", routes.MoveIn(branch="nanhu"), desk, WHO)) == "hq.forbidden"
