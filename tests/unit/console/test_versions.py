"""The versions a kiosk goes by are those its latest session was opened with; of branches in scope only."""

from __future__ import annotations

from guitai.demo.identity import TECHNICIAN
from tests.unit.console.conftest import Room

NONE = {"at_ms": None, "flows": "", "answers": "", "rules": "", "models": ""}


async def test_the_latest_session_tells_the_versions(room: Room) -> None:
    path = "/api/fleet/kiosk-001/versions"
    async with room.person(TECHNICIAN) as http:
        assert (await http.get(path)).json() == NONE
        for n, flows in enumerate(("aa", "bb")):
            body = {
                "branch": "heping",
                "flows_hash": flows,
                "rules_hash": "cc",
                "models_hash": "",
                "answers_hash": "dd",
            }
            room.kiosk().send("session.opened", body, f"S{n}", room.clock.now_ms + n)
        told = {"at_ms": room.clock.now_ms + 1, "flows": "bb", "answers": "dd", "rules": "cc", "models": ""}
        assert (await http.get(path)).json() == told
    async with room.person(TECHNICIAN, branches=["elsewhere"]) as http:
        assert (await http.get(path)).json() == NONE
