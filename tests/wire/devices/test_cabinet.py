"""Sensors, maintenance mode and lights, over a real WebSocket."""

from __future__ import annotations

import pytest

from guitai.errors import GuitaiError
from guitai.messages.branch import ModeWanted, SensorChanged
from guitai.messages.device import DeviceState, PrivateEar, Tampered


async def test_how_every_sensor_stands_is_told_once(any_bench):
    for sensor in ("cabinet", "safe", "tamper", "seismic", "operator_switch", "power"):
        await any_bench.seen(SensorChanged, lambda e, s=sensor: e == SensorChanged(s, alarm=False))
    assert not [event for event in any_bench.events if isinstance(event, SensorChanged)]


@pytest.mark.parametrize(
    ("sensor", "value", "told"),
    [
        ("cabinet_door", "open", "cabinet"),
        ("safe_door", "tampered", "safe"),
        ("operator_switch", "supervisor", "operator_switch"),
        ("power", "battery", "power"),
        ("seismic", "on", "seismic"),
        ("tamper", "on", "tamper"),
    ],
)
async def test_a_sensor_that_changes_is_told_and_told_when_it_is_over(bench, sensor, value, told):
    await bench.seen(SensorChanged, lambda e: e.sensor == told)
    await bench.hands.set_sensor(sensor, value)
    await bench.seen(SensorChanged, lambda e: e == SensorChanged(told, alarm=True))
    await bench.hands.clear_faults()
    await bench.seen(SensorChanged, lambda e: e == SensorChanged(told, alarm=False))
    tampered = [event.sensor for event in bench.events if isinstance(event, Tampered)]
    assert tampered == ([told] if told in ("tamper", "seismic") else [])


async def test_sensors_stand_as_they_stood_before_a_power_cut_and_core_hears_only_news(bench):
    await bench.seen(SensorChanged, lambda e: e.sensor == "safe")
    await bench.hands.set_sensor("safe_door", "open")
    await bench.seen(SensorChanged, lambda e: e == SensorChanged("safe", alarm=True))
    bench.events.clear()
    await bench.stop_machines()
    await bench.start_machines()
    await bench.until_usable()
    await bench.hands.set_sensor("safe_door", "closed")
    assert await bench.seen(SensorChanged) == SensorChanged("safe", alarm=False)


async def test_who_stands_there_and_the_handset_can_be_asked(bench):
    await bench.seen(SensorChanged)
    assert (bench.port.near, bench.port.handset_lifted) == (False, False)
    await bench.hands.set_sensor("proximity", "present")
    await bench.hands.set_sensor("handset", "offTheHook")
    await bench.hands.set_sensor("safe_door", "open")
    await bench.seen(SensorChanged, lambda e: e == SensorChanged("safe", alarm=True))
    assert (bench.port.near, bench.port.handset_lifted) == (True, True)
    with pytest.raises(GuitaiError, match="bad_hand"):
        await bench.hands.set_sensor("safe_door", "ajar")


async def test_handset_and_headphones_tell_that_the_customer_alone_hears(bench):
    assert await bench.seen(PrivateEar) == PrivateEar(False, moved=False)
    await bench.hands.lift_handset()
    assert await bench.seen(PrivateEar) == PrivateEar(True)
    await bench.hands.plug_headphones()  # either will do
    await bench.hands.hang_up()
    await bench.hands.pull_headphones()
    assert await bench.seen(PrivateEar) == PrivateEar(False)
    assert (bench.port.handset_lifted, bench.port.headphones_in) == (False, False)


async def test_a_sensor_that_is_away_takes_back_that_the_customer_alone_hears(bench):
    await bench.seen(PrivateEar)
    await bench.hands.plug_headphones()
    assert await bench.seen(PrivateEar) == PrivateEar(True)
    bench.traffic.keep_away("Auxiliaries")
    assert await bench.seen(PrivateEar) == PrivateEar(False, moved=False)
    assert bench.port.headphones_in is None


async def test_a_handset_that_hung_loose_already_is_told_as_no_move(bench):
    await bench.seen(PrivateEar)
    await bench.hands.lift_handset()
    await bench.seen(PrivateEar)
    await bench.stop_core()
    bench.events.clear()
    await bench.start_core()
    assert await bench.seen(PrivateEar) == PrivateEar(True, moved=False)


async def test_maintenance_begins_and_ends_when_core_agrees(any_bench):
    await any_bench.hands.press_mode_key(True)
    wanted = await any_bench.seen(ModeWanted)
    assert wanted == ModeWanted("OperatorPanel", enter=True)
    assert any_bench.branch.panel.state.mode == "enterPending"
    await any_bench.port.acknowledge_mode(wanted.device, wanted.enter)
    assert any_bench.branch.panel.state.mode == "active"
    await any_bench.seen(SensorChanged, lambda e: e == SensorChanged("operator_switch", alarm=True))
    await any_bench.hands.press_mode_key(False)
    assert await any_bench.seen(ModeWanted) == ModeWanted("OperatorPanel", enter=False)
    await any_bench.port.acknowledge_mode("OperatorPanel", enter=False)
    assert any_bench.branch.panel.state.mode == "inactive"
    await any_bench.seen(SensorChanged, lambda e: e == SensorChanged("operator_switch", alarm=False))


async def test_a_mode_asked_for_before_a_power_cut_is_asked_for_again(bench):
    await bench.hands.press_mode_key(True)
    await bench.seen(ModeWanted)
    await bench.stop_core()
    await bench.stop_machines()
    await bench.start_machines()
    await bench.start_core()
    assert await bench.seen(ModeWanted) == ModeWanted("OperatorPanel", enter=True)
    await bench.port.acknowledge_mode("OperatorPanel", enter=True)
    assert bench.branch.panel.state.mode == "active"


async def test_a_mode_asked_for_is_asked_for_again_when_the_line_broke(bench):
    await bench.hands.press_mode_key(True)
    await bench.seen(ModeWanted)
    bench.traffic.lose("command", "VendorMode.EnterModeAcknowledge")
    with pytest.raises(GuitaiError, match="not_connected"):
        await bench.port.acknowledge_mode("OperatorPanel", enter=True)
    assert await bench.seen(ModeWanted) == ModeWanted("OperatorPanel", enter=True)


async def test_sensors_that_are_away_say_nothing_of_who_stands_there(bench):
    await bench.hands.set_sensor("proximity", "present")
    await bench.hands.set_sensor("safe_door", "open")
    await bench.seen(SensorChanged, lambda e: e == SensorChanged("safe", alarm=True))
    assert bench.port.near is True
    bench.traffic.keep_away("Auxiliaries")
    await bench.seen(DeviceState, lambda e: e.device == "auxiliaries" and not e.usable)
    assert (bench.port.near, bench.port.handset_lifted) == (None, None)


async def test_a_switch_whose_sensors_are_away_stands_as_it_stood(bench):
    await bench.hands.set_sensor("operator_switch", "supervisor")
    await bench.seen(SensorChanged, lambda e: e == SensorChanged("operator_switch", alarm=True))
    bench.traffic.keep_away("Auxiliaries")
    await bench.seen(DeviceState, lambda e: e.device == "auxiliaries" and not e.usable)
    bench.events.clear()
    await bench.hands.press_mode_key(True)
    await bench.seen(ModeWanted)
    assert not [event for event in bench.events if isinstance(event, SensorChanged)]


async def test_nobody_agrees_to_what_nobody_asked_for(bench):
    with pytest.raises(GuitaiError, match="sequenceError"):
        await bench.port.acknowledge_mode("OperatorPanel", enter=True)
    await bench.port.acknowledge_mode("OperatorPanel", enter=False)  # it is so already


async def lit(bench, **wanted):
    """Wait until exactly these lights are lit."""
    await bench.branch.lamps.until(lambda s: {name: lamp.flash_rate for name, lamp in s.lit.items()} == wanted)


async def test_lights_flash_beside_what_is_to_be_taken_and_go_out_when_it_is(any_bench):
    await any_bench.insert()
    await any_bench.port.move_card("m1", "exit")
    await lit(any_bench, cardReader="medium")
    await any_bench.port.print_receipt("p1", "回单", ("a",))
    await lit(any_bench, cardReader="medium", receiptPrinter="medium")
    await any_bench.hands.take_card()
    await any_bench.hands.take_paper()
    await lit(any_bench)


async def test_a_light_beside_the_notes(bench):
    await bench.pay_out(100_00)
    await lit(bench, notesDispenser="medium")
    await bench.hands.take_notes()
    await lit(bench)


async def test_lights_can_be_set_and_come_back_after_a_power_cut(bench):
    bench.port.light("pinPad", "on", "blue")
    await lit(bench, pinPad="continuous")
    assert bench.branch.lamps.state.lit["pinPad"].colour == "blue"
    await bench.stop_machines()
    await bench.start_machines()
    assert bench.branch.lamps.state.lit == {}
    await bench.until_usable()
    await lit(bench, pinPad="continuous")
    bench.port.light("pinPad", "off")
    await lit(bench)


async def test_broken_lights_keep_nobody_from_being_served(bench):
    await bench.hands.fault("lights", "offline")
    await bench.pay_out(100_00)
    assert await bench.hands.take_notes() == 100_00
