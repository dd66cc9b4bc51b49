"""The branch's own record: on disk before anything is asked of a machine, and taken up again after a break."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from guitai.errors import GuitaiError
from guitai.journal import Journal
from guitai.messages.branch import (
    AcknowledgeMode,
    BetweenSessions,
    CountsGiven,
    EndExchange,
    ExchangeEnded,
    ExchangeStarted,
    ExchangeWanted,
    JournalDamaged,
    JournalReleased,
    ModeWanted,
    SensorChanged,
    StartExchange,
    TechnicianAtWork,
    Unit,
)
from guitai.messages.face import CameraState
from guitai.shell.premises import Premises

UNITS = (Unit("unit1", "cassette", 100_00, 2000),)


class Clock:
    def unix_ms(self) -> int:
        return 1_764_000_000_000


@pytest.fixture
def journal(tmp_path: Path):
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    yield journal
    journal.close()


def premises(journal: Journal, carried: list[object]) -> Premises:
    found = Premises("kiosk-001", journal, Clock(), carried.append)  # type: ignore[arg-type] # all of a clock it uses
    found.resume()
    return found


async def asked(branch: Premises, wanted: ExchangeWanted | CountsGiven, answer) -> tuple[Unit, ...]:
    task = asyncio.create_task(branch.exchange(lambda event: branch.take(event, serving=False), wanted))
    await asyncio.sleep(0)
    branch.take(answer(), serving=False)
    return await task


def test_a_frozen_camera_is_told_between_customers_once_and_not_again_after_a_break(journal: Journal) -> None:
    branch = premises(journal, [])
    assert branch.take(CameraState("ok"), serving=False) == ()
    (row,) = branch.take(CameraState("frozen"), serving=False)
    assert (row.type, row.body["state"]) == ("face.camera", "frozen")
    again = premises(journal, [])
    assert again.take(CameraState("frozen"), serving=False) == ()
    (row,) = again.take(CameraState("ok"), serving=False)
    assert (row.type, row.body["state"]) == ("face.camera", "ok")


async def test_a_technician_hears_what_the_machine_counts_and_the_difference_is_told(journal: Journal) -> None:
    carried: list[Any] = []
    branch = premises(journal, carried)
    start = lambda: ExchangeStarted(carried[-1].request_id, UNITS)  # noqa: E731
    assert await asked(branch, ExchangeWanted("t7"), start) == UNITS
    counts = CountsGiven("t7", (("unit1", 1998),))
    assert branch.differences(counts.counts) == (("unit1", 2000, 1998),)
    await asked(branch, counts, lambda: ExchangeEnded(carried[-1].request_id, UNITS))
    assert [type(effect) for effect in carried if isinstance(effect, StartExchange | EndExchange)] == [
        StartExchange,
        EndExchange,
    ]
    assert branch.stopped is None
    assert "branch.difference" in {row.type for row in journal.outbox(50)}


async def test_after_a_break_the_exchange_has_to_be_asked_for_again(journal: Journal) -> None:
    premises(journal, []).take(ExchangeWanted("t7"), serving=False)
    assert premises(journal, []).stopped is None
    assert journal.unfinished("kiosk-001-branch") == ()


async def test_an_alarm_outlives_a_break_and_is_not_a_customers_session(journal: Journal) -> None:
    premises(journal, []).take(SensorChanged("safe", True), serving=False)
    assert premises(journal, []).stopped == "door"
    assert journal.open_session() is None


async def test_counts_without_an_exchange_are_refused(journal: Journal) -> None:
    with pytest.raises(GuitaiError, match="cannot work on the devices now"):
        await premises(journal, []).exchange(lambda _: None, CountsGiven("t7", ()))


async def test_a_technician_whose_line_broke_hears_the_units_of_the_exchange_again(journal: Journal) -> None:
    carried: list[Any] = []
    branch = premises(journal, carried)
    await asked(branch, ExchangeWanted("t7"), lambda: ExchangeStarted(carried[-1].request_id, UNITS))
    assert await branch.exchange(lambda _: None, ExchangeWanted("t7")) == UNITS


async def test_a_technician_keeps_customers_away_until_done(journal: Journal) -> None:
    branch = premises(journal, [])
    await branch.hold(lambda event: branch.take(event, serving=False))
    assert branch.stopped == "technician"
    with pytest.raises(GuitaiError, match="at work already"):
        await branch.hold(lambda event: branch.take(event, serving=False))
    branch.take(TechnicianAtWork(False), serving=False)
    assert branch.stopped is None


async def test_devices_may_be_moved_by_hand_in_an_exchange_and_stay_held_after_it(journal: Journal) -> None:
    carried: list[Any] = []
    branch = premises(journal, carried)
    await asked(branch, ExchangeWanted("t7"), lambda: ExchangeStarted(carried[-1].request_id, UNITS))
    await branch.hold(lambda event: branch.take(event, serving=False))
    await asked(branch, CountsGiven("t7", ()), lambda: ExchangeEnded(carried[-1].request_id, UNITS))
    assert branch.stopped == "technician"


async def test_no_technician_takes_the_devices_from_a_customer(journal: Journal) -> None:
    branch = premises(journal, [])
    with pytest.raises(GuitaiError, match="a customer is being served"):
        await branch.hold(lambda event: branch.take(event, serving=True))


async def test_a_technician_at_work_does_not_outlive_a_break(journal: Journal) -> None:
    premises(journal, []).take(TechnicianAtWork(True), serving=False)
    assert premises(journal, []).stopped is None


async def test_a_technician_whom_a_customer_forestalls_is_told_so(journal: Journal) -> None:
    branch = premises(journal, [])
    task = asyncio.create_task(branch.exchange(lambda event: branch.take(event, serving=True), ExchangeWanted("t7")))
    with pytest.raises(GuitaiError, match="did not carry the exchange out"):
        await asyncio.wait_for(task, 60)


async def test_a_device_that_waits_for_its_maintenance_mode_is_not_forgotten_in_a_break(journal: Journal) -> None:
    premises(journal, []).take(ModeWanted("CardReader", True), serving=True)
    carried: list[Any] = []
    branch = premises(journal, carried)
    branch.take(SensorChanged("power", True), serving=True)
    assert carried == []
    branch.take(BetweenSessions(), serving=False)
    assert carried == [AcknowledgeMode("CardReader", True)]


async def test_between_customers_a_maintenance_mode_is_given_at_once(journal: Journal) -> None:
    carried: list[Any] = []
    premises(journal, carried).take(ModeWanted("CardReader", True), serving=False)
    assert carried == [AcknowledgeMode("CardReader", True)]


def test_headquarters_ends_the_stop_for_a_damaged_journal_and_of_nothing_else(journal: Journal) -> None:
    here = premises(journal, [])
    here.take(JournalDamaged("quarantine/journal-1", 3, 1, complete=True), serving=False)
    here.take(SensorChanged("safe", True), serving=False)
    assert here.journal_stops
    assert here.take(JournalReleased("tech-7"), serving=False)
    assert (here.journal_stops, here.stopped) == (False, "door")
    again = premises(journal, [])
    assert (again.journal_stops, again.stopped) == (False, "door")
    assert not again.take(JournalReleased("tech-7"), serving=False)
