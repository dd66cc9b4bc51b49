"""Signed rules, a challenger and the watch list reach the pure session as data: a replay gives the same bits."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from guitai import session as core
from guitai.journal import Journal, recording
from guitai.journal.mask import mask
from guitai.messages import bank
from guitai.messages.codec import to_data
from guitai.messages.risk import AccountWatched, RecordRisk
from guitai.messages.session import SessionOpened
from guitai.replay import replay
from guitai.risk.rules import parse, shipped, shipped_text
from tests.unit.session.world import World

OPENED = SessionOpened("S1", "kiosk-001", "heping", "浙江杭州", True, 10, "rules", models_hash="m" * 64)
OTHER = shipped_text().replace("version = 1", "version = 2", 1).replace("login_local = 1000", "login_local = 2000")


def transfer(opened: SessionOpened = OPENED, *told: object) -> World:
    world = World()
    world.happen(opened)
    world.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    world.insert_card()
    for event in told:
        world.happen(event)
    world.press("confirm")
    return world


def test_what_ships_decides_when_no_rules_come() -> None:
    record = transfer().last(RecordRisk)
    assert (record.decision.rules_hash, record.shadow) == (shipped().hash, None)
    assert record.models_hash == "m" * 64
    assert record.context.amount == 30_000
    assert record.context.business == "transfer"


def test_signed_rules_decide_and_are_named() -> None:
    record = transfer(replace(OPENED, risk_rules=OTHER)).last(RecordRisk)
    assert record.decision.rules_hash == parse(OTHER).hash
    assert record.decision.r_hundredths == transfer().last(RecordRisk).decision.r_hundredths + 250


def test_a_challenger_is_recorded_and_never_acts() -> None:
    harsh = OTHER.replace("login_local = 2000", "login_local = 10000").replace("[0, 500]", "[0, 10000]")
    harsh = harsh.replace("amount_yuan = [[0, 10000], [1000, 1000], [5000, 3000], [20000, 5000], [50000, 8000], [100000, 10000]]", "amount_yuan = [[0, 10000]]")  # fmt: skip
    harsh = harsh.replace("[[0, 10000], [11, 2000], [30, 5000], [60, 6500], [100, 8500]]", "[[0, 10000]]")
    alone, watched = transfer(), transfer(replace(OPENED, shadow_rules=harsh))
    record = watched.last(RecordRisk)
    assert record.shadow is not None
    assert record.shadow.level != "low"
    assert replace(record, shadow=None) == alone.last(RecordRisk)
    without = [effect for effect in watched.effects if not isinstance(effect, RecordRisk)]
    assert without == [effect for effect in alone.effects if not isinstance(effect, RecordRisk)]
    assert watched.last(bank.PostTransfer).mode == "now"


@pytest.mark.parametrize(
    ("subject", "verdict", "floor"),
    [
        ("card", "listed", "listed_account"),
        ("payee", "listed", "listed_account"),
        ("payee", "stale", "watch_list_stale"),
    ],
)
def test_a_listed_account_or_a_stale_list_moves_no_money(subject: str, verdict: str, floor: str) -> None:
    world = transfer(OPENED, AccountWatched(subject, verdict))
    assert [one.floor for one in world.last(RecordRisk).decision.floors] == [floor]
    assert world.last(bank.PostTransfer).mode == "hold"
    assert world.state.stage == "held"


def test_a_stale_list_pays_no_cash() -> None:
    world = World()
    world.happen(OPENED)
    world.happen(AccountWatched("card", "stale"))
    world.say("取五百块", "withdraw_cash", amount="500")
    world.insert_card()
    world.press("confirm")
    assert not world.all(bank.ReserveDebit)
    assert world.state.stage == "waiting"


def test_a_log_with_signed_rules_replays_and_its_rules_stay_at_home(tmp_path: Path) -> None:
    world = transfer(
        replace(OPENED, session_id="s1", risk_rules=OTHER, shadow_rules=shipped_text()),
        AccountWatched("payee", "listed"),
    )
    journal = Journal.open(tmp_path / "journal.db", bytes(32), "kiosk-001")
    for occurred, effects in world.record:
        journal.append("s1", occurred, effects)
    journal.export("s1", tmp_path / "s1.jsonl")
    sent = [row.body for row in journal.outbox(500) if row.type == "session.opened"]
    journal.close()
    assert replay(recording.read(tmp_path / "s1.jsonl"), core.initial(), core.step) is None
    assert sent[0]["risk_rules"] == parse(OTHER).hash
    assert mask(to_data(OPENED))["risk_rules"] == ""
