"""The scripted customers: form, counts, the split by family, and the held-out ones as they were committed."""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

SCENARIOS = Path(__file__).parents[3] / "data/scenarios"
SIDES = ("tuning", "held_out")
ADDED_AFTER_THE_DRAWING = "again"
STRANGERS = "other_"
"""Begins the files written without knowledge of the flows or of these families: they hold to the format alone."""

INTENTS = Path(__file__).parents[3] / "edge_models/language/intents.csv"


def words(text: str) -> set[str]:
    return set(text.split())


DEEDS = {
    "customer": words("""say silence touch insert_card take_card leave_card pin_ok pin_wrong pin_new_set sms_ok sms_wrong show_id insert_notes take_notes
    take_rejected_notes leave_notes leave"""),
    "stranger": {"say"},
    "teller": {"accept", "say", "decide"},
    "device": {"print_done", "jam", "note_rejected", "notes_retracted", "power_loss", "power_back"},
    "network": {"link_down", "link_up"},
    "camera": {"phone_at_ear", "second_person_close", "second_person_away", "face_lost", "face_other"},
    "timer": {"timeout"},
}
SETUP = words("customer accounts history device risk_context payees risk_inject_r")
EXPECT = words("intent slots kiosk_asks risk_level risk_level_min action action_also_ok must_say must_not")
SLOTS = words(
    """amount_fen payee payee_account_tail payee_bank product period term purpose arrival phone_tail pay_kind bill user_no kind"""
)
OUTCOME = words("""resolved money_moved_fen direction pending_fen moved_or_pending_fen handed_to_human frozen card_with card_state asked_twice dispute_open
  retracted_fen retain_bin_recorded ledger_debit_equals_taken_or_dispute dispense_commands hq_events_exactly_once screen_cleared ui_mode
  language_end recalled_fen transfer_requests_distinct handover_history_min_turns log_must_not_contain in_service_after advise""")
ACTIONS = {"serve", "prompt", "sms", "second_confirm", "delay_24h", "freeze", "human"}
LEVELS = {"low", "medium", "high"}
TIMEOUTS = {"customer_absent", "card_take_timeout", "notes_take_timeout", "teller_3_min"}
BELOW_A_DELAY = {"serve", "prompt", "sms", "second_confirm"}


@cache
def scenarios(side: str) -> tuple[tuple[str, dict[str, Any]], ...]:
    paths = sorted(path for path in (SCENARIOS / side).glob("*.jsonl") if not path.stem.startswith(STRANGERS))
    return tuple((path.stem, json.loads(line)) for path in paths for line in path.read_text().splitlines())


def everything() -> list[dict[str, Any]]:
    return [scenario for side in SIDES for _, scenario in scenarios(side)]


def family(scenario: dict[str, Any]) -> str:
    return str(scenario["id"]).rsplit(".", 1)[0]


def named_sums(scenario: dict[str, Any]) -> list[int]:
    """Every sum somebody names: said, touched, put in, owed on a bill, standing on an account."""
    found = [turn.get("expect", {}).get("slots", {}).get("amount_fen") for turn in scenario["turns"]]
    found += [turn["value"].get("amount_fen") for turn in scenario["turns"] if isinstance(turn.get("value"), dict)]
    for account in scenario["setup"]["accounts"].values():
        found += [account.get(key) for key in ("balance_fen", "bill_fen", "min_due_fen", "next_due_fen")]
    found += [bill["amount_fen"] for bill in scenario["setup"]["device"].get("bills", [])]
    return [amount for amount in found if amount]


def test_held_out_files_are_as_they_were_committed():
    lines = (SCENARIOS / "held_out.sha256").read_text().splitlines()
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in (SCENARIOS / "held_out").iterdir()}
    assert found == {name: digest for digest, name in (line.split("  ") for line in lines)}


def test_split_follows_the_hash_of_the_family_name():
    families: dict[str, set[str]] = {}
    for side in SIDES:
        for theme, scenario in scenarios(side):
            if theme != ADDED_AFTER_THE_DRAWING:
                families.setdefault(theme, set()).add(family(scenario))
    drawn: set[str] = set()
    for members in families.values():
        ordered = sorted(members, key=lambda name: hashlib.sha256(name.encode()).hexdigest())
        drawn |= set(ordered[: -(-len(members) // 3)])
    assert {family(scenario) for _, scenario in scenarios("held_out")} == drawn
    assert not drawn & {family(scenario) for _, scenario in scenarios("tuning")}


def test_counts():
    held_out, total = len(scenarios("held_out")), len(everything())
    assert total >= 330
    assert held_out * 3 >= total
    tags = Counter(tag for scenario in everything() for tag in scenario["tags"])
    assert tags["risk"] >= 70
    assert tags["honest"] >= 70
    assert tags["touch"] >= 80
    sizes = Counter(map(family, everything()))
    assert {name: size for name, size in sizes.items() if not 3 <= size <= 6} == {}
    assert len({scenario["id"] for scenario in everything()}) == total


def test_readme_tells_the_counts():
    readme = (SCENARIOS / "README.md").read_text()
    for side in SIDES:
        themes = Counter(theme for theme, _ in scenarios(side))
        assert f"{len(scenarios(side))} customers in {len({family(s) for _, s in scenarios(side)})} families" in readme
        assert all(re.search(rf"\| {theme} \|.*\b{count}\b", readme) for theme, count in themes.items())


def test_no_sentence_is_said_on_both_sides():
    said = {
        side: {
            re.sub(r"\W", "", turn["text"])
            for _, s in scenarios(side)
            for turn in s["turns"]
            if turn["do"] == "say" and turn["actor"] != "teller"
        }
        for side in SIDES
    }
    assert not said["tuning"] & said["held_out"]


@pytest.mark.parametrize("side", SIDES)
def test_form(side: str):
    with INTENTS.open() as table:
        intents = {row["intent"] for row in csv.DictReader(table)}
    for _, scenario in scenarios(side):
        name = scenario["id"]
        assert set(scenario) == {"id", "title", "tags", "setup", "turns", "outcome"}, name
        assert set(scenario["setup"]) <= SETUP, name
        assert set(scenario["outcome"]) <= OUTCOME, name
        assert 3 <= len(scenario["turns"]) <= 16, name
        for turn in scenario["turns"]:
            check_turn(name, turn, intents)


def check_turn(name: str, turn: dict[str, Any], intents: set[str]) -> None:
    assert set(turn) <= {"actor", "do", "text", "value", "expect"}, name
    assert turn["do"] in DEEDS[turn["actor"]], name
    assert ("text" in turn) == (turn["do"] == "say"), name
    assert turn["do"] != "timeout" or turn["value"] in TIMEOUTS, name
    expect = turn.get("expect", {})
    assert set(expect) <= EXPECT, name
    assert set(expect.get("slots", {})) <= SLOTS, name
    assert {expect.get("action", "serve"), *expect.get("action_also_ok", [])} <= ACTIONS, name
    assert {expect.get("risk_level", "low"), expect.get("risk_level_min", "low")} <= LEVELS, name
    assert expect.get("intent") is None or expect["intent"] in intents, name
    assert all(
        isinstance(gist, str) and gist.strip("|") for gist in expect.get("must_say", []) + expect.get("must_not", [])
    ), name


@pytest.mark.parametrize("side", SIDES)
def test_sums_and_cards_agree(side: str):
    for _, scenario in scenarios(side):
        turns, outcome = scenario["turns"], scenario["outcome"]
        deeds = Counter(turn["do"] for turn in turns)
        if deeds["insert_card"] and outcome.get("card_with") == "customer":
            assert deeds["take_card"] == deeds["insert_card"], scenario["id"]
        if outcome.get("card_with") == "retained":
            assert not deeds["take_card"], scenario["id"]
        if moved := outcome.get("money_moved_fen"):
            assert any(turn.get("value") == "confirm" for turn in turns), scenario["id"]
            returned = sum(turn["value"]["notes"] * 10_000 for turn in turns if turn["do"] == "note_rejected")
            sums = {0}
            for amount in named_sums(scenario):
                sums |= {total + amount for total in sums}
            assert moved + returned in sums, scenario["id"]
            assert outcome["direction"] in {"out", "in", "own"}, scenario["id"]


def test_honest_customers_meet_nothing_above_a_code():
    for scenario in everything():
        if "honest" in scenario["tags"]:
            expects = [turn["expect"] for turn in scenario["turns"] if "expect" in turn]
            assert {
                a for e in expects for a in [e.get("action", "serve"), *e.get("action_also_ok", [])]
            } <= BELOW_A_DELAY, scenario["id"]
            assert scenario["outcome"]["handed_to_human"] is False, scenario["id"]
            assert scenario["outcome"]["frozen"] is False, scenario["id"]


def test_deceived_customers_lose_nothing():
    for scenario in everything():
        if "risk" in scenario["tags"]:
            assert scenario["outcome"]["money_moved_fen"] == 0, scenario["id"]
