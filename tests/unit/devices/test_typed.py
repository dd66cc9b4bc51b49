"""Typed payloads: the generated modules are the catalogue's, out goes only what is set, in comes whatever is readable."""

from __future__ import annotations

import importlib
import json

import pytest

from firmware_bridge.generated.card_reader import (
    MediaRemovedEvent,
    MoveCommand,
    ReadRawDataCommand,
    ReadRawDataCompletion,
)
from firmware_bridge.generated.cash_dispenser import (
    DenominateRequest,
    DenominateRequestDenomination,
    DispenseCommand,
    ServiceMix,
)
from firmware_bridge.generated.common import StatusCompletion
from firmware_bridge.generated.storage import GetStorageCompletion, StorageChangedEvent
from firmware_bridge.protocol import catalog, generate
from firmware_bridge.protocol.client import ClientSession, Completed, Unsolicited
from firmware_bridge.protocol.host import Job
from firmware_bridge.protocol.typed import ENTRIES, payload_of, read

TYPED = [entry for interface in generate.INTERFACES for entry in catalog.definitions(interface)]


def class_of(entry: catalog.Definition):
    module = importlib.import_module(f"firmware_bridge.generated.{generate.module_name(entry.interface)}")
    return getattr(module, generate.message_class(entry))


def completed(name: str, payload: dict) -> Completed:
    return Completed(1, name, "success", payload)


def test_the_committed_modules_are_what_the_catalogue_gives():
    """Generated files may be longer than others and are not formatted: nobody edits them, this test does instead."""
    committed = {path.name: path.read_text("utf-8") for path in generate.FOLDER.glob("*.py")}
    assert committed == generate.modules(), "run python -m firmware_bridge.protocol.generate"


def test_every_message_a_branch_needs_has_its_class_that_can_be_written_and_read():
    for entry in TYPED:
        kind = class_of(entry)
        assert (entry.name, entry.type) == (kind.NAME, kind.TYPE)
        assert payload_of(kind()) == {}
        empty = read(completed(entry.name, {}), kind)
        if ENTRIES not in kind.__struct_fields__:
            assert read(completed(entry.name, dict.fromkeys(catalog.properties(entry))), kind) == empty == kind()


def test_only_what_is_set_is_sent_under_its_name_on_the_wire():
    service = ServiceMix(currencies={"CNY": 500}, mix="mix1")
    command = DispenseCommand(
        denomination=DenominateRequest(denomination=DenominateRequestDenomination(service=service))
    )
    sent = json.loads(ClientSession().command(command)[1])
    assert sent["header"]["name"] == "CashDispenser.Dispense"
    wanted = {"currencies": {"CNY": 500}, "mix": "mix1"}
    assert sent["payload"] == {"denomination": {"denomination": {"service": wanted}}}


def test_binary_is_base64_on_the_wire_and_bytes_inside():
    found = read(completed("CardReader.ReadRawData", {"track2": {"data": "NjIxNw=="}}), ReadRawDataCompletion)
    assert found.track2.data == b"6217"
    assert payload_of(found) == {"track2": {"data": "NjIxNw=="}}


def test_a_service_reads_a_command_the_same_way():
    job = Job(1, 1, "CardReader.ReadRawData", {"track2": True, "track1": None, "vendors": 1})
    assert read(job, ReadRawDataCommand) == ReadRawDataCommand(track2=True)


def test_a_map_of_the_devices_own_names():
    event = Unsolicited("Storage.StorageChangedEvent", {"unit1": {"id": "RC1"}, "unit2": None})
    found = read(event, StorageChangedEvent)
    assert found.entries["unit1"].id == "RC1"
    assert payload_of(found)["unit1"] == {"id": "RC1"}


def test_what_does_not_fit_is_none_and_the_rest_is_read():
    unit = {"id": "RC1", "capacity": "20", "status": "newWord", "card": {"status": {"retainCount": "3"}}, "cash": 7}
    storage = read(completed("Storage.GetStorage", {"storage": {"u1": unit, "u2": []}}), GetStorageCompletion).storage
    one = storage["u1"]
    assert (one.id, one.capacity, one.status, one.cash, one.card.status.retainCount) == ("RC1", 20, None, None, 3)
    assert "u2" not in storage
    odd = {"cashDispenser": {"positions": [{"positionStatus": "floating", "shutter": "open"}, "x"]}, "common": []}
    status = read(completed("Common.Status", odd), StatusCompletion)
    assert [(one.shutter, one.positionStatus) for one in status.cashDispenser.positions] == [("open", None)]
    assert status.common is None


def test_another_messages_payload_is_a_mistake_of_ours():
    with pytest.raises(TypeError):
        read(completed("CardReader.Move", {}), ReadRawDataCompletion)


def test_no_value_is_ever_shown():
    found = read(completed("CardReader.ReadRawData", {"track2": {"data": "NjIxNw=="}}), ReadRawDataCompletion)
    for one in (found, found.track2, MoveCommand(to="exit"), MediaRemovedEvent()):
        assert repr(one) == f"{type(one).__name__}(…)"
