"""Roles, masks, alarms, data objects: the small parts under the desk's clients."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from firmware_bridge.client.cabinet import alarm_of
from firmware_bridge.client.chip import value_of
from firmware_bridge.client.id_cards import age_band, masked_name, masked_number
from firmware_bridge.client.pictures import KEPT, Pictures
from firmware_bridge.client.roles import roles
from firmware_bridge.simulator.chip import APPLICATION, DIRECTORY, BankChip, tlv


@pytest.mark.parametrize(
    ("interfaces", "capabilities", "played"),
    [
        ({"CardReader"}, {}, {"CardReader"}),
        ({"CardReader"}, {"cardReader": None}, {"CardReader"}),
        ({"CardReader"}, {"cardReader": {"chipProtocols": {"chipT0": True, "chipTypeB": True}}}, {"CardReader"}),
        ({"CardReader"}, {"cardReader": {"chipProtocols": {"chipT0": False, "chipTypeB": True}}}, {"IdCardReader"}),
        ({"Printer", "Common"}, {"printer": {"type": {"receipt": True}}}, {"Printer", "Common"}),
        ({"Printer"}, {"printer": {"type": {"document": True, "receipt": False}}}, {"StatementPrinter"}),
        ({"Printer"}, {"printer": {"type": {"document": True, "receipt": True}}}, {"Printer", "StatementPrinter"}),
        ({"Printer"}, {"printer": {"type": "receipt"}}, {"Printer"}),
    ],
)
def test_a_service_plays_its_role(interfaces, capabilities, played):
    assert roles(frozenset(interfaces), capabilities) == played


@pytest.mark.parametrize(
    ("sensor", "auxiliaries", "alarm"),
    [
        ("operator_switch", {}, None),
        ("operator_switch", {"operatorSwitch": "run"}, False),
        ("operator_switch", {"operatorSwitch": "supervisor"}, True),
        ("tamper", {"tamperSensor": None}, None),
        ("tamper", {"tamperSensor": "off"}, False),
        ("tamper", {"tamperSensor": "off", "internalTamperSensor": "on"}, True),
        ("seismic", {"seismicSensor": "on"}, True),
        ("safe", {"safeDoor": "bolted"}, False),
        ("safe", {"safeDoor": "tampered"}, True),
        ("cabinet", {"cabinetDoor": "closed", "cabinetRearDoor": "open"}, True),
        ("cabinet", {"cabinetFrontDoor": "locked"}, False),
        ("cabinet", {"safeDoor": "open"}, None),
        ("power", {"UPS": {"powering": True}}, True),
        ("power", {"UPS": {"powering": False, "engaged": True}}, False),
        ("power", {"UPS": None}, None),
    ],
)
def test_a_sensor_is_judged(sensor, auxiliaries, alarm):
    assert alarm_of(sensor, auxiliaries) is alarm


@pytest.mark.parametrize(
    ("birth", "band"),
    [("2008-11-27", "minor"), ("2008-11-26", "adult"), ("1966-11-27", "adult"), ("1966-11-26", "elderly")],
)
def test_an_age_has_its_band_from_the_birthday_on(birth, band):
    assert age_band(datetime.date.fromisoformat(birth), datetime.date(2026, 11, 26)) == band


@given(st.text(min_size=6, max_size=30), st.text(min_size=2, max_size=20))
def test_masks_keep_the_length_and_hide_the_middle(number, name):
    shown = masked_number(number)
    assert len(shown) == len(number)
    assert shown[3:-2] == "*" * (len(number) - 5)
    assert masked_name(name) == name[0] + "*" * (len(name) - 1)


def test_only_the_newest_pictures_are_kept():
    pictures = Pictures()
    assert pictures.keep(b"") == ""
    references = [pictures.keep(bytes((n,))) for n in range(1, KEPT + 2)]
    assert pictures.get(references[0]) is None
    assert [pictures.get(reference) for reference in references[1:]] == [bytes((n,)) for n in range(2, KEPT + 2)]
    pictures.forget()
    assert pictures.get(references[-1]) is None


def test_a_data_object_is_found_wherever_it_is_nested():
    record = tlv(0x70, tlv(0x61, tlv(0x4F, b"aid") + tlv(0x50, b"label")) + tlv(0x57, b"track"))
    assert value_of(0x4F, record) == b"aid"
    assert value_of(0x57, record) == b"track"
    assert value_of(0x9F38, b"\x9f\x38\x01\x07" + record) == b"\x07"
    assert value_of(0x57, b"\x70\x81\x83\x57\x81\x80" + b"x" * 128) == b"x" * 128
    assert value_of(0x5A, record) is None


@given(st.binary(max_size=60), st.integers(0, 0xFFFF))
def test_whatever_a_chip_says_is_read_to_its_end(data, tag):
    found = value_of(tag, data)
    assert found is None or found in data


@given(st.lists(st.binary(max_size=40), max_size=5))
def test_the_simulated_chip_answers_everything_with_a_status(apdus):
    chip = BankChip("6217000012345678905", "3012")
    for apdu in (*apdus, b"\x00\xa4\x04\x00\x0e" + DIRECTORY, b"\x00\xa4\x04\x00\x08" + APPLICATION):
        assert chip.transmit(apdu)[-2:-1] in (b"\x90", b"\x6a", b"\x67", b"\x6d", b"\x69")
    assert "6217" not in repr(chip)
