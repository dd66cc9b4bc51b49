"""The card's chip, the reader's Reset, and PIN blocks; and that no typed digit is found anywhere outside the pad."""

from __future__ import annotations

import base64

import pytest
from psec.pinblock import decipher_pinblock_iso_4

from firmware_bridge.client.link import Link
from firmware_bridge.client.pins import PinBlock
from firmware_bridge.simulator.chip import APPLICATION, ATR, DIRECTORY
from firmware_bridge.simulator.keys import read_key
from guitai.messages.card import CardInserted, CardUnreadable

CARD = "6217000012345678905"
PIN = "739104652817"


def link_to(bench, role: str) -> Link:
    return bench.port._links.of(role)


async def chip_io(bench, apdu: bytes) -> tuple[str, bytes]:
    wanted = {"chipProtocol": "chipT0", "chipData": base64.b64encode(apdu).decode()}
    done = await link_to(bench, "CardReader").request("CardReader.ChipIO", wanted)
    return done.answer, base64.b64decode(done.payload.get("chipData") or "")


async def chip_power(bench, way: str) -> tuple[str, bytes]:
    done = await link_to(bench, "CardReader").request("CardReader.ChipPower", {"chipPower": way})
    return done.answer, base64.b64decode(done.payload.get("chipData") or "")


async def test_an_exchange_with_the_chip(any_bench):
    await any_bench.insert()
    assert await chip_power(any_bench, "cold") == ("success", ATR)
    assert (await chip_io(any_bench, b"\x00\xa4\x04\x00\x0e" + DIRECTORY))[1].endswith(b"\x90\x00")
    assert APPLICATION in (await chip_io(any_bench, bytes.fromhex("00B2010C00")))[1]
    assert (await chip_io(any_bench, b"\x00\xa4\x04\x00\x08" + APPLICATION))[1].endswith(b"\x90\x00")
    _, record = await chip_io(any_bench, bytes.fromhex("00B2010C00"))
    assert CARD in record.hex()
    assert await chip_io(any_bench, bytes.fromhex("00C0000000")) == ("success", bytes.fromhex("6D00"))
    assert await chip_power(any_bench, "warm") == ("success", ATR)
    assert await chip_power(any_bench, "off") == ("success", b"")
    assert (await chip_io(any_bench, bytes.fromhex("00B2010C00")))[0] == "atrNotObtained"


async def test_no_exchange_without_card_or_chip(bench):
    assert (await chip_power(bench, "cold"))[0] == "noMedia"
    await bench.hands.fault("card_reader", "chip_mute")
    await bench.insert()
    assert (await chip_power(bench, "cold"))[0] == "atrNotObtained"


async def test_a_card_that_leaves_loses_the_contacts(bench):
    await bench.insert()
    await chip_power(bench, "cold")
    assert link_to(bench, "CardReader").status["cardReader"]["chipPower"] == "online"
    await bench.port.move_card("m1", "exit")
    assert (await chip_io(bench, bytes.fromhex("00B2010C00")))[0] == "noMedia"


async def test_a_card_whose_stripe_is_worn_is_known_by_its_chip(any_bench):
    whole = await any_bench.insert()
    await any_bench.port.move_card("m1", "exit")
    await any_bench.hands.take_card()
    await any_bench.hands.fault("card_reader", "stripe_unreadable")
    assert await any_bench.insert() == whole
    assert not [event for event in any_bench.events if isinstance(event, CardUnreadable)]


async def test_a_card_with_neither_goes_back(bench):
    await bench.hands.fault("card_reader", "unreadable")
    await bench.port.accept_card()
    await bench.hands.insert_card(CARD)
    assert await bench.seen(CardUnreadable) == CardUnreadable("device.card_unreadable")
    await bench.hands.take_card()
    await bench.hands.insert_card(CARD)
    await bench.seen(CardInserted)


@pytest.mark.parametrize(("to", "slot", "retained"), [("exit", "exit", 0), ("retain", "empty", 1), ("auto", "exit", 0)])
async def test_reset_moves_a_card_that_is_inside(bench, to, slot, retained):
    await bench.insert()
    done = await link_to(bench, "CardReader").request("CardReader.Reset", {"to": to})
    assert done.ok
    state = bench.branch.card_reader.state
    assert (state.slot, state.retained) == (slot, retained)


async def test_reset_does_not_hide_a_jam_or_a_full_bin(bench):
    await bench.insert()
    await bench.hands.fault("card_reader", "retain_full")
    assert (await link_to(bench, "CardReader").request("CardReader.Reset", {"to": "retain"})).answer == "retainBinFull"
    await bench.hands.fault("card_reader", "jam")
    assert (await link_to(bench, "CardReader").request("CardReader.Reset", {})).answer == "mediaJam"


async def test_a_block_of_format_4_under_the_aes_key(any_bench):
    pad = link_to(any_bench, "PinPad")
    await any_bench.hands.type_pin(PIN)
    entry = {"minLen": 4, "maxLen": 12, "activeKeys": {"enter": {"terminate": True}}}
    assert (await pad.request("Keyboard.PinEntry", entry)).payload["digits"] == len(PIN)
    wanted = {"customerData": CARD, "format": "iso4", "key": "PinKeyAes"}
    assert (await pad.request("PinPad.GetPinBlock", wanted | {"key": "PinKey"})).answer == "useViolation"
    assert (await pad.request("PinPad.GetPinBlock", wanted | {"key": "No"})).answer == "keyNotFound"
    assert (await pad.request("PinPad.GetPinBlock", wanted | {"format": "iso3"})).answer == "formatNotSupported"
    done = await pad.request("PinPad.GetPinBlock", wanted)
    key = read_key(any_bench.config.paths.keys, "pin_aes.key")
    assert decipher_pinblock_iso_4(key, base64.b64decode(done.payload["pinBlock"]), CARD) == PIN
    assert (await pad.request("PinPad.GetPinBlock", wanted)).answer == "noPin"


async def test_keys_are_named_but_never_shown(bench):
    pad = link_to(bench, "KeyManagement")
    details = (await pad.request("KeyManagement.GetKeyDetail")).payload["keyDetails"]
    assert {name: one["keyBlockInfo"]["algorithm"] for name, one in details.items()} == {
        "PinKey": "T",
        "PinKeyAes": "A",
    }
    one = await pad.request("KeyManagement.GetKeyDetail", {"keyName": "PinKeyAes"})
    assert list(one.payload["keyDetails"]) == ["PinKeyAes"]
    assert (await pad.request("KeyManagement.GetKeyDetail", {"keyName": "No"})).answer == "keyNotFound"
    await bench.hands.fault("pin_pad", "tamper")
    assert (await pad.request("KeyManagement.GetKeyDetail")).payload["keyDetails"] == {}


async def test_no_typed_digit_is_found_outside_the_pad(any_bench, capfd, tmp_path_factory):
    """Hunts through all traffic, every file the branch keeps, core's events and everything that was logged."""
    await any_bench.insert()
    await any_bench.hands.type_pin(PIN)
    counts: list[int] = []
    block = await any_bench.port.enter_pin("p1", counts.append)
    assert isinstance(block, PinBlock)
    assert counts == list(range(1, len(PIN) + 1))
    heard = [text for way, text in any_bench.traffic.heard if way == "received"]
    keyed = [text for text in heard if "Keyboard.KeyEvent" in text]
    assert len(keyed) == len(PIN) + 1
    assert not [text for text in keyed for digit in ("zero", "one", "two", "seven", "nine") if f'"{digit}"' in text]
    state = await any_bench.hands.state()
    captured = capfd.readouterr()
    folders = {any_bench.config.paths.state, any_bench.config.paths.run, any_bench.config.paths.keys}
    files = [file.read_bytes() for folder in folders for file in folder.rglob("*") if file.is_file()]
    assert len(files) > 10
    sent = [text for _, text in any_bench.traffic.heard]
    texts = [
        *sent,
        repr(any_bench.events),
        repr(state),
        captured.out,
        captured.err,
        repr(block),
        repr(any_bench.branch),
    ]
    for hidden in (PIN, PIN[:6], PIN[-6:]):
        forms = {hidden.encode(), bytes.fromhex(hidden), base64.b64encode(hidden.encode())}
        assert not [data for data in files if any(form in data for form in forms)]
        assert not [text for text in texts if any(form in text.encode() for form in forms)]
