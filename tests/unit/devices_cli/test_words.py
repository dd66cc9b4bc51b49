"""Every code and state of the interfaces a branch uses has a sentence in both languages, and no sentence is left over."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from firmware_bridge import words
from firmware_bridge.protocol import catalog
from firmware_bridge.protocol.envelope import COMPLETION_CODES, REFUSALS
from firmware_bridge.simulator.faults import CONDITIONS, LINK, ONCE, TIMED
from firmware_bridge.words.book import INTERFACES, ROLES, known_codes, meanings, name_of, of_code, of_ending, of_state
from firmware_bridge.words.readings import readings, worst

FOLDER = Path(words.__file__).parent
FILES = {file.stem: tomllib.loads(file.read_text(encoding="utf-8")) for file in FOLDER.glob("*.toml")}
NEUTRAL = {
    "position", "paperType", "blackMarkMode", "dataPersistence", "ambientLightSensor",
    "bootSwitchSensor", "headsetMicrophoneSensor", "fasciaMicrophoneSensor", "rate", "signal", "heating",
    "consumerDisplayBacklight", "signageDisplay", "enhancedAudioControl", "enhancedMicrophoneControl",
}  # fmt: skip
"""Properties that say how a device is set or what is around it, not how it is."""

OTHERS = {"Lights", "BanknoteNeutralization", "Deposit", "PowerManagement", "MixedMedia"}
"""Parts of a status without sentences: colours of lights, and interfaces no branch of ours has."""


def codes_of(interface: str) -> set[str]:
    return {code for entry in catalog.definitions(interface) for code in entry.error_codes}


def enums(schema: dict[str, Any], name: str = "", part: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield (interface, property, value) of every enum below a schema."""
    if "$ref" in schema:
        schema = catalog.schemas()[schema["$ref"].rpartition("/")[2]]
    for value in schema.get("enum", ()):
        yield part, name, value
    for inner in schema.get("anyOf", ()):
        yield from enums(inner, name, part)
    is_map = isinstance(schema.get("additionalProperties"), dict)  # paper = {"upper": "low"} is about the paper
    for key, inner in schema.get("properties", {}).items():
        yield from enums(inner, name if is_map else key, part or key[0].upper() + key[1:])
    for key in ("additionalProperties", "items"):
        if isinstance(schema.get(key), dict):
            yield from enums(schema[key], name, part)


def states() -> set[tuple[str, str, str]]:
    status = catalog.definition("Common.Status", "completion")
    found = enums({"$ref": f"#/$defs/{status.payload}"})
    return {(part, name, value) for part, name, value in found if part not in OTHERS and name not in NEUTRAL}


def entries() -> Iterator[tuple[str, dict[str, str]]]:
    for file, tables in FILES.items():
        for table in ("completions", "acknowledges", "errors"):
            yield from ((f"{file} {code}", entry) for code, entry in tables.get(table, {}).items())
        for name, values in tables.get("states", {}).items():
            yield from ((f"{file} {name} {value}", entry) for value, entry in values.items())


@pytest.mark.parametrize("interface", INTERFACES)
def test_every_error_code_has_a_sentence_with_a_next_step(interface: str):
    for code in codes_of(interface):
        sentence = of_code(code, interface)
        assert sentence is not None, f"{interface} {code}"
        assert sentence.next_zh
        assert sentence.next_en


def test_every_way_a_command_ends_has_a_sentence():
    assert set(FILES["answers"]["completions"]) == COMPLETION_CODES
    assert set(FILES["answers"]["acknowledges"]) == REFUSALS
    assert all(of_code(code, "CardReader") for code in COMPLETION_CODES | REFUSALS)


def test_no_sentence_is_left_over():
    for interface in INTERFACES:
        left = set(FILES.get(interface, {}).get("errors", {})) - codes_of(interface)
        assert not left, f"{interface}: {left}"
    used = set().union(*(codes_of(i) - set(FILES.get(i, {}).get("errors", {})) for i in INTERFACES))
    assert set(FILES["errors"]["errors"]) <= used
    for role, interface in ROLES.items():
        assert set(FILES[role]["errors"]) <= codes_of(interface)
    assert set(FILES) <= {*INTERFACES, *ROLES, "Doors", "answers", "errors", "states", "names", "faults"}


def test_every_state_has_a_sentence():
    generic = {of_state("CardReader", "media", "nonsense"), of_state("CardReader", "media", "unknown")}
    missing = [state for state in states() if state[2] != "unknown" and of_state(*state) in {None, *generic}]
    assert sorted(missing) == []


def test_every_state_sentence_is_of_a_state():
    known = {(name, value) for _, name, value in states() | unit_states()}
    for file in (*INTERFACES, *ROLES, "states"):
        for name, values in FILES.get(file, {}).get("states", {}).items():
            for value in values:
                assert (name, value) in known or name == "any" or value == "true", f"{file} {name} {value}"
    doors = {value for _, name, value in states() if name.endswith("Door")}
    assert set(FILES["Doors"]["states"]["door"]) == doors


def unit_states() -> set[tuple[str, str, str]]:
    storage = catalog.definition("Storage.GetStorage", "completion")
    return set(enums({"$ref": f"#/$defs/{storage.payload}"}))


def test_sentences_are_whole_in_both_languages():
    for where, entry in entries():
        assert entry["zh"].endswith("。"), where
        assert entry["en"].endswith("."), where
        assert ("next_zh" in entry) == ("next_en" in entry), where
        if "next_zh" in entry:
            assert entry["next_zh"].endswith("。"), where
            assert entry["next_en"].endswith("."), where


def test_chinese_sentences_are_chinese():
    for where, entry in entries():
        for text in (entry["zh"], entry.get("next_zh", "")):
            without_commands = re.sub(r"`guitai [a-z -]+`", "", text)
            assert not re.search(r"[A-Za-z]", without_commands), f"{where}: {text}"


def test_english_sentences_do_not_repeat_the_code():
    for where, entry in entries():
        code = where.rpartition(" ")[2]
        if re.search(r"[a-z][A-Z]", code):
            assert code not in entry["en"], where


def test_a_state_that_is_not_ok_says_what_to_do():
    for where, entry in entries():
        if where.count(" ") == 2:
            assert ("level" in entry) == ("next_zh" in entry), where
            assert entry.get("level", "attention") in ("attention", "stop"), where


def test_an_interface_may_say_it_its_own_way():
    assert of_code("noItems", "CashManagement") != of_code("noItems", "CashDispenser")
    assert of_code("exchangeActive", "Storage") != of_code("exchangeActive")
    assert of_code("exchangeActive", "CashAcceptor") == of_code("exchangeActive")
    assert of_code("vendorSpecific", "CashAcceptor") is None
    assert of_code("jammed", "../../etc/passwd") is None


def test_a_word_that_is_a_completion_code_and_an_error_code_is_told_apart():
    message = of_ending("CardReader.ChipIO", "invalidData", "")
    chip = of_ending("CardReader.ChipIO", "commandErrorCode", "invalidData")
    assert message == of_code("invalidData")
    assert chip == of_code("invalidData", "CardReader")
    assert message != chip


def test_names_cover_what_is_shown():
    shown = {name for tables in FILES.values() for name in tables.get("states", {})}
    assert all(name_of("subjects", name, "zh") != name for name in shown)
    assert all(name_of("interfaces", name, "zh") != name for name in INTERFACES)


def test_meanings_lists_each_place():
    assert set(meanings("notRetractArea")) == {"CashManagement"}
    assert "CardReader media" in meanings("jammed")
    assert "" in meanings("fraudAttempt")
    assert meanings("nonsense") == {}
    assert {"mediaJam", "success", "jammed"} <= set(known_codes())


def test_readings_are_worst_first_and_say_where():
    status = {
        "common": {"device": "online"},
        "printer": {"media": "notPresent", "paper": {"upper": "low", "vendorTray": "out"}, "mediaOnStacker": 3},
        "auxiliaries": {"UPS": {"low": True, "engaged": False}, "volume": 500, "safeDoor": "bolted"},
        "cashDispenser": {"positions": [{"position": "outDefault", "shutter": "jammedOpen", "transport": "unknown"}]},
        "storage": {"unit1": {"status": "ok", "cash": {"status": {"replenishmentStatus": "low"}}}},
        "vendorThing": {"mood": "grumpy"},
        "lights": {"cardReader": {"default": {"flashRate": "quick", "color": "red"}}},
    }
    told = [(r.sentence.level, r.interface, r.where, r.name, r.value) for r in readings(status)]
    assert told == [
        ("stop", "Printer", "vendorTray", "paper", "out"),
        ("stop", "Auxiliaries", "", "low", "true"),
        ("stop", "CashDispenser", "outDefault", "shutter", "jammedOpen"),
        ("attention", "Printer", "upper", "paper", "low"),
        ("attention", "CashDispenser", "outDefault", "transport", "unknown"),
        ("attention", "Storage", "unit1", "replenishmentStatus", "low"),
        ("ok", "Common", "", "device", "online"),
        ("ok", "Printer", "", "media", "notPresent"),
        ("ok", "Auxiliaries", "", "safeDoor", "bolted"),
        ("ok", "Storage", "unit1", "status", "ok"),
    ]
    assert worst(readings(status)) == "stop"
    assert worst([]) == "ok"


def test_every_fault_of_the_simulator_has_words_and_none_is_left_over():
    faults = {fault for table in (CONDITIONS, ONCE) for kinds in table.values() for fault in kinds}
    assert set(FILES["faults"]["faults"]) == faults | set(LINK) | set(TIMED)


def test_an_id_card_reader_has_words_of_its_own_and_shares_the_rest():
    roles = frozenset({"IdCardReader"})
    own = of_ending("CardReader.ReadRawData", "commandErrorCode", "invalidMedia", roles)
    assert own == of_code("invalidMedia", "IdCardReader") != of_code("invalidMedia", "CardReader")
    assert of_ending("CardReader.Move", "commandErrorCode", "full", roles) == of_code("full", "CardReader")
    (reading,) = readings({"cardReader": {"media": "unknown"}}, roles)
    assert reading.sentence.level == "ok"
    (reading,) = readings({"cardReader": {"media": "jammed"}}, roles)
    assert reading.sentence == of_state("CardReader", "media", "jammed")
