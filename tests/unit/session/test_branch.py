"""What stops the branch, when a device gets its maintenance mode, and a technician's exchange."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.branch import Branch, step
from guitai.messages.branch import (
    AcknowledgeMode,
    BetweenSessions,
    CountsGiven,
    EndExchange,
    ExchangeEnded,
    ExchangeFailed,
    ExchangeStarted,
    ExchangeWanted,
    ModeWanted,
    RecordDifference,
    SensorChanged,
    StartExchange,
    TechnicianAtWork,
    Unit,
)
from guitai.messages.card import CardMoveFailed
from guitai.messages.cash import PresentStatusKnown
from guitai.messages.cash_in import CashInFailed, CashInStatusKnown, NotesReturned, NotesStored
from guitai.messages.device import DeviceState, Tampered
from guitai.messages.face import CameraState
from guitai.money import Fen

UNITS = (Unit("unit1", "cassette", 100_00, 2000), Unit("unit2", "cassette", 50_00, 500))


def after(*events: Any, serving: bool = False) -> Branch:
    branch = Branch()
    for event in events:
        branch, _ = step(branch, event, serving=serving)
    return branch


@pytest.mark.parametrize(
    ("event", "reason"),
    [
        (TechnicianAtWork(True), "technician"),
        (SensorChanged("safe", True), "door"),
        (SensorChanged("cabinet", True), "door"),
        (SensorChanged("operator_switch", True), "switch"),
        (SensorChanged("seismic", True), "alarm"),
        (SensorChanged("power", True), "power"),
        (Tampered("pin_pad"), "alarm"),
        (DeviceState("pin_pad", False, "device.tampered"), "alarm"),
        (DeviceState("dispenser", False, "device.exchange_active"), "exchange"),
        (CardMoveFailed("r1", "device.retain_full"), "card_reader"),
        (DeviceState("card_reader", False, "device.card_jam"), "card_reader"),
    ],
)
def test_what_stops_the_branch(event: object, reason: str) -> None:
    assert after(event).stopped == reason


@pytest.mark.parametrize(
    "event",
    [DeviceState("printer", False, "device.paper_out"), DeviceState("dispenser", False, "device.cash_stopped")],
)
def test_what_only_takes_a_service_away_stops_nothing(event: object) -> None:
    assert after(event).stopped is None


def test_camera_and_microphone_stop_nobody_and_only_what_is_new_of_them_leaves_a_trace() -> None:
    quiet = (CameraState("ok"), DeviceState("camera", True), DeviceState("microphone", True))
    assert after(*quiet) == Branch()
    ill = after(CameraState("frozen"), DeviceState("microphone", False, "device.silent"))
    assert ill.stopped is None
    assert ill.unwell == (("picture", "frozen"), ("microphone", "device.silent"))
    assert step(ill, CameraState("frozen"), serving=False) == (ill, ())
    assert step(ill, DeviceState("camera", True), serving=True) == (ill, ())
    assert step(ill, CameraState("covered"), serving=True)[0].unwell[-1] == ("picture", "covered")
    for fact in quiet:
        ill, _ = step(ill, fact, serving=False)
    assert ill == Branch()


def test_a_sensor_that_falls_silent_and_a_device_that_is_well_open_the_branch_again() -> None:
    assert after(SensorChanged("safe", True), SensorChanged("safe", False)).stopped is None
    assert after(DeviceState("pin_pad", False, "device.tampered"), DeviceState("pin_pad", True)).stopped is None


UNKNOWN = (
    PresentStatusKnown("r1", "unknown", Fen(0)),
    CashInStatusKnown("r1", "unknown", Fen(0)),
    CashInFailed("r1", "device.hardware", certain=False),
)


@pytest.mark.parametrize("told", UNKNOWN)
def test_notes_nobody_knows_the_place_of_stop_the_branch_until_somebody_has_looked(told: object) -> None:
    assert after(told).stopped == "notes"
    well = DeviceState("dispenser", usable=True)
    assert after(told, well).stopped == "notes"  # the machine cannot tell, whatever it says of itself
    assert after(told, SensorChanged("cabinet", True), SensorChanged("cabinet", False)).stopped is None
    exchange = (ExchangeWanted("t"), ExchangeStarted("r", UNITS), CountsGiven("t", ()), ExchangeEnded("r", UNITS))
    assert after(told, *exchange).stopped is None


def test_notes_the_machine_gave_back_or_stored_stop_nobody() -> None:
    for over in (NotesReturned("r2", Fen(50_000)), NotesStored("r2", Fen(50_000))):
        assert after(UNKNOWN[2], over).stopped is None
    assert after(CashInFailed("r1", "device.outcome_unknown", certain=False)).stopped is None


@pytest.mark.parametrize("over", [NotesReturned("r2", Fen(50_000)), NotesStored("r2", Fen(50_000))])
def test_a_deposit_tells_nothing_of_notes_that_were_paid_out(over: object) -> None:
    assert after(PresentStatusKnown("r1", "unknown", Fen(0)), over).stopped == "notes"


@pytest.mark.parametrize(("status", "reason"), [("stored", None), ("returned", None), ("active", "notes")])
def test_a_machine_that_later_knows_where_a_deposit_is_opens_the_branch(status: Any, reason: str | None) -> None:
    assert after(UNKNOWN[2], CashInStatusKnown("r2", status, Fen(0))).stopped == reason


def test_opening_and_shutting_the_cabinet_clears_what_no_device_would_take_back() -> None:
    full = CardMoveFailed("r1", "device.retain_full")
    assert after(full, SensorChanged("cabinet", True), SensorChanged("cabinet", False)).stopped is None
    assert after(full, SensorChanged("cabinet", False)).stopped == "card_reader"


def test_a_maintenance_mode_waits_for_the_customer_to_go() -> None:
    branch, effects = step(Branch(), ModeWanted("CardReader", True), serving=True)
    assert effects == ()
    branch, effects = step(branch, BetweenSessions(), serving=False)
    assert effects == (AcknowledgeMode("CardReader", True),)
    assert step(branch, BetweenSessions(), serving=False)[1] == ()


def test_an_exchange_takes_the_technicians_count_and_records_what_differs() -> None:
    branch, (start,) = step(Branch(), ExchangeWanted("t7"), serving=False)
    assert isinstance(start, StartExchange)
    assert branch.stopped == "exchange"
    branch, _ = step(branch, ExchangeStarted(start.request_id, UNITS), serving=False)
    branch, effects = step(branch, CountsGiven("t7", (("unit1", 1999), ("unit2", 500))), serving=False)
    assert effects[0] == RecordDifference("t7", (("unit1", 2000, 1999),))
    assert isinstance(effects[1], EndExchange)
    branch, _ = step(branch, ExchangeEnded(effects[1].request_id, UNITS), serving=False)
    assert branch.stopped is None


def test_no_exchange_begins_while_a_customer_is_served_or_twice() -> None:
    assert step(Branch(), ExchangeWanted("t7"), serving=True) == (Branch(), ())
    branch, _ = step(Branch(), ExchangeWanted("t7"), serving=False)
    assert step(branch, ExchangeWanted("t8"), serving=False) == (branch, ())


def test_an_exchange_the_machine_refuses_leaves_the_branch_as_it_was() -> None:
    branch = after(ExchangeWanted("t7"), ExchangeFailed("branch-1", "device.hardware"))
    assert branch.stopped is None


def test_a_machine_that_left_the_exchange_by_itself_does_not_keep_the_branch_stopped() -> None:
    ending = after(ExchangeWanted("t7"), ExchangeStarted("branch-1", UNITS), CountsGiven("t7", (("unit1", 3),)))
    assert step(ending, ExchangeFailed("branch-2", "device.hardware"), serving=False)[0].exchange == "active"
    assert step(ending, ExchangeFailed("branch-2", "device.no_exchange"), serving=False)[0].stopped is None


EVENTS = st.one_of(
    st.builds(SensorChanged, st.sampled_from(["safe", "cabinet", "tamper", "power"]), st.booleans()),
    st.builds(ModeWanted, st.sampled_from(["CardReader", "Printer"]), st.booleans()),
    st.builds(ExchangeWanted, st.just("t7")),
    st.builds(ExchangeStarted, st.just("branch-1"), st.just(UNITS)),
    st.builds(ExchangeEnded, st.just("branch-2"), st.just(UNITS)),
    st.builds(CountsGiven, st.just("t7"), st.just((("unit1", 3),))),
    st.builds(TechnicianAtWork, st.booleans()),
    st.just(BetweenSessions()),
)


@given(st.lists(st.tuples(EVENTS, st.booleans()), max_size=30))
def test_nothing_enters_maintenance_or_an_exchange_beside_a_customer(events: list[tuple[Any, bool]]) -> None:
    branch = Branch()
    for event, serving in events:
        held = branch.held
        branch, effects = step(branch, event, serving=serving and not isinstance(event, BetweenSessions))
        assert not (serving and branch.held and not held)
        if serving and not isinstance(event, BetweenSessions):
            assert not any(
                isinstance(e, StartExchange) or (isinstance(e, AcknowledgeMode) and e.enter) for e in effects
            )
        assert len(set(branch.alarms)) == len(branch.alarms)
        assert branch.exchange == "none" or branch.stopped == "exchange"
