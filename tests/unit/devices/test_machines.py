"""Notes, keys, state files, judgements: the small parts under the simulated machines."""

from __future__ import annotations

import stat

import pytest

from firmware_bridge.client.judge import code_of, fault_of
from firmware_bridge.client.memory import DispenseMemory
from firmware_bridge.simulator.cash import Cash, LastDispense, conservation, recovered
from firmware_bridge.simulator.keys import KEY_BYTES, provision_keys, read_key
from firmware_bridge.simulator.notes import fewest, half, value
from firmware_bridge.store import StateFile
from guitai.errors import GuitaiError, all_codes


@pytest.mark.parametrize(
    ("available", "amount", "notes"),
    [
        ({100_00: 9, 50_00: 9}, 350_00, {100_00: 3, 50_00: 1}),
        ({50_00: 1, 20_00: 3}, 60_00, {20_00: 3}),
        ({100_00: 1, 20_00: 9}, 160_00, {100_00: 1, 20_00: 3}),
        ({100_00: 1}, 200_00, None),
        ({100_00: 9}, 50_00, None),
    ],
)
def test_amounts_are_made_of_few_notes(available, amount, notes):
    assert fewest(available, amount) == notes


def test_half_of_the_notes():
    assert half({100_00: 3, 50_00: 2}) == {100_00: 3}
    assert half({100_00: 1}) == {100_00: 1}
    assert half({}) == {}


def test_conservation_names_what_is_missing_and_what_is_too_many():
    cash = Cash(loaded={100_00: 5}, cassettes={100_00: 3}, taken={100_00: 1, 50_00: 1})
    assert conservation(cash) == {100_00: 1, 50_00: -1}


@pytest.mark.parametrize(
    ("moving", "at_exit", "before", "after"),
    [
        ("present", {}, "notPresented", "notPresented"),
        ("present", {100_00: 1}, "unknown", "unknown"),
        ("present", {100_00: 2}, "presented", "presented"),
        ("", {}, "notPresented", "notPresented"),
    ],
)
def test_after_a_power_cut_the_machine_says_what_its_sensors_see(moving, at_exit, before, after):
    last = LastDispense({100_00: 2}, before)
    cash = recovered(Cash({100_00: 9}, {100_00: 7}, exit=at_exit, last=last, moving=moving))
    assert cash.moving == ""
    assert cash.last is not None
    assert cash.last.state == after


def test_counting_that_was_cut_short_tells_only_what_was_counted():
    last = LastDispense({100_00: 5})
    cash = recovered(Cash({100_00: 9}, {100_00: 7}, stacker={100_00: 2}, last=last, moving="dispense"))
    assert cash.last is not None
    assert value(cash.last.dispensed) == 200_00


def test_keys_are_made_once_and_for_the_owner_only(tmp_path):
    folder = tmp_path / "keys"
    provision_keys(folder)
    made = {name: read_key(folder, name) for name in KEY_BYTES}
    assert {name: len(key) for name, key in made.items()} == KEY_BYTES
    assert len(set(made.values())) == len(made)
    provision_keys(folder)
    assert {name: read_key(folder, name) for name in KEY_BYTES} == made
    assert all(stat.S_IMODE((folder / name).stat().st_mode) == 0o600 for name in KEY_BYTES)


def test_missing_and_damaged_keys_are_named(tmp_path):
    with pytest.raises(GuitaiError, match="guitai provision") as caught:
        read_key(tmp_path, "pin.key")
    assert caught.value.code == "device.key_missing"
    assert "pin.key" in caught.value.english()
    (tmp_path / "pin.key").write_text("xyz")
    with pytest.raises(GuitaiError) as caught:
        read_key(tmp_path, "pin.key")
    assert caught.value.code == "device.key_damaged"
    (tmp_path / "pin.key").write_text("00")
    with pytest.raises(GuitaiError) as caught:
        read_key(tmp_path, "pin.key")
    assert caught.value.code == "device.key_damaged"


def test_a_state_file_gives_back_what_was_saved_and_refuses_rubbish(tmp_path):
    file = StateFile(tmp_path / "cash.json", Cash)
    assert file.load() is None
    cash = Cash({100_00: 5}, {100_00: 5}, last=LastDispense({100_00: 1}))
    file.save(cash)
    assert file.load() == cash
    (tmp_path / "cash.json").write_text('{"loaded": 5}')
    with pytest.raises(GuitaiError) as caught:
        file.load()
    assert caught.value.code == "device.state_damaged"


def test_memory_believes_only_its_own_dispense(tmp_path):
    memory = DispenseMemory(tmp_path)
    assert not memory.is_ours("d1", None)
    memory.remember("d1", "A" * 64)
    again = DispenseMemory(tmp_path)
    assert again.is_ours("d1", "A" * 64)
    assert again.is_ours("d1", None)  # a machine without end-to-end answers
    assert not again.is_ours("d1", "B" * 64)
    assert not again.is_ours("d2", "A" * 64)


@pytest.mark.parametrize(
    ("interface", "status", "code"),
    [
        ("CardReader", {"common": {"device": "online"}, "cardReader": {"media": "present"}}, ""),
        ("CardReader", {"common": {"device": "hardwareError"}, "cardReader": {"media": "jammed"}}, "device.card_jam"),
        (
            "PinPad",
            {"common": {"device": "online"}, "keyManagement": {"encryptionState": "notReady"}},
            "device.pin_pad",
        ),
        ("PinPad", {"common": {"device": "fraudAttempt"}, "keyManagement": {}}, "device.tampered"),
        ("CashDispenser", {"common": {"device": "online", "exchange": "active"}}, "device.exchange_active"),
        ("CashDispenser", {"cashManagement": {"dispenser": "stop"}}, "device.cash_stopped"),
        ("Printer", {"printer": {"paper": {"upper": "low"}}}, ""),
        ("Printer", {"common": {"device": "powerOff"}, "printer": {"paper": None}}, "device.offline"),
        ("Printer", {"printer": {"paper": {"upper": "out"}}}, "device.paper_out"),
        ("Printer", {}, ""),
    ],
)
def test_a_status_is_judged(interface, status, code):
    assert fault_of(interface, status) == code


def test_every_code_has_its_text():
    codes = set(all_codes())
    assert {code_of(a) for a in ("mediaJam", "invalidTokenHMAC", "paperOut", "whatever")} <= codes
