"""Quality figures out of headquarters' tables: day by day, branch by branch, from masked events; API and command line."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner

from guitai.cli.main import cli
from guitai.config import load
from guitai.demo.identity import SUPERVISOR
from guitai.messages.handover import Bundle, Escalate
from guitai.messages.risk import Contribution, RecordRisk, RiskDecision
from guitai.messages.service import RecordResponse
from guitai.messages.session import CloseSession, SessionOpened
from guitai.messages.voice import CustomerSaid, IntentGuess, Understanding
from guitai.risk.rules import FACTORS
from headquarters.quality.days import Quality, one_night
from headquarters.quality.read import day_of, start_ms

from .desk import Headquarters, Kiosk, order

DAY = "2026-11-25"
NOON = start_ms(DAY) + 12 * 3_600_000


def session(kiosk: Kiosk, id_: str, outcome: str, satisfied: bool | None = None, at_ms: int = NOON) -> None:
    kiosk.tell(SessionOpened(id_, kiosk.name, kiosk.branch, "浙江杭州", True, 10, "rules"), id_, at_ms)
    kiosk.tell(CloseSession(id_, "done", outcome, satisfied), id_, at_ms + 60_000)


def decided(kiosk: Kiosk, id_: str, level: str, *actions: str) -> None:
    parts = tuple(Contribution(name, 1000, 5000, "x") for name in FACTORS)
    kiosk.tell(RecordRisk(f"{id_}-risk", RiskDecision(5000, level, parts, (), actions, "h")), id_, NOON + 1)


def label(hq: Headquarters, id_: str, fraud: int, source: str) -> None:
    hq.store.connection.execute(
        "INSERT INTO risk_labels VALUES(?, ?, ?, ?, ?)", (f"{id_}-risk", source, fraud, "auditor", NOON)
    )


def said(kiosk: Kiosk, intent: str, sentiment: str, at_ms: int, session_id: str = "T1") -> None:
    heard = Understanding((IntentGuess(intent, 0.9),), sentiment=sentiment)
    kiosk.tell(CustomerSaid("好", 0.9, heard), session_id, at_ms)


@pytest.fixture
def quality(hq) -> Quality:
    return Quality(hq.store.connection)


@pytest.fixture
def branch(hq, quality):
    """Six sessions of one branch, one of another."""
    kiosk = hq.kiosk
    session(kiosk, "S1", "transfer.posted", True)
    session(kiosk, "S2", "answered.fee-1", None)
    session(kiosk, "S3", "balance.shown", False)
    session(kiosk, "S4", "withdraw.failed+card_retained")
    session(kiosk, "S5", "none")
    session(kiosk, "S6", "transfer.posted")
    kiosk.tell(order("S6-1-refused", cause="refused"), "S6", NOON)  # an earlier errand of that session
    kiosk.tell(Escalate("S4-1-help", Bundle("asked", "x", (), (), {}, None, "open")), "S4", NOON)
    kiosk.tell(order("S4-1-no_teller", cause="no_teller"), "S4", NOON)
    kiosk.tell(RecordResponse(1500), "S1", NOON)
    for id_, level, actions in (
        ("S1", "low", ()),
        ("S2", "high", ("hold", "human")),
        ("S6", "medium", ("prompt", "sms")),
    ):
        decided(kiosk, id_, level, *actions)
    label(hq, "S1", 0, "audit")
    label(hq, "S2", 1, "teller")
    label(hq, "S6", 1, "complaint")
    session(Kiosk(hq.store, "kiosk-002", "xihu"), "X1", "deposit.credited", True)
    return quality


def test_days_are_the_branches_own():
    assert (day_of(start_ms(DAY)), day_of(start_ms(DAY) - 1)) == (DAY, "2026-11-24")


def test_figures_of_a_day_and_branch(branch):
    branch.refresh(DAY, DAY)
    found = {row["name"]: (row["value"], row["n"]) for row in branch.series(DAY, DAY, "heping")}
    assert found == {
        "resolved": (40.0, 5), "resolved_alone": (40.0, 5), "satisfaction": (50.0, 2), "answered": (40.0, 5),
        "response_s": (1.5, 1), "human_in_time": (0.0, 1), "acc": (100.0, 2), "false_alarm": (0.0, 1), "suc": (50.0, 2),
    }  # fmt: skip
    everywhere = {row["name"]: row["n"] for row in branch.series(DAY, DAY)}
    assert (everywhere["resolved"], everywhere["satisfaction"]) == (6, 3)
    xihu = {row["name"]: row["value"] for row in branch.series(DAY, DAY, "xihu")}
    assert (xihu["resolved"], xihu["acc"]) == (100.0, None)
    assert branch.series("2026-11-24", "2026-11-24") == []


def test_computing_again_changes_nothing_and_takes_late_labels(branch, hq):
    branch.refresh(DAY, DAY)
    before = branch.series(DAY, DAY)
    branch.refresh(DAY, DAY)
    assert branch.series(DAY, DAY) == before
    label(hq, "S2", 0, "complaint")  # the customer objects: it was no fraud
    branch.refresh(DAY, DAY)
    found = {row["name"]: (row["value"], row["n"]) for row in branch.series(DAY, DAY)}
    assert (found["acc"], found["false_alarm"]) == ((100.0, 1), (50.0, 2))


def test_a_topic_that_turned_negative_alarms(hq, quality):
    kiosk, day_ms = hq.kiosk, 86_400_000
    for day in range(1, 11):
        for n in range(12):
            said(kiosk, "fee_query", "negative" if n == 0 else "neutral", NOON - day * day_ms + n)
    for n in range(12):
        said(kiosk, "fee_query" if n % 2 else "deny", "negative" if n < 8 else "neutral", NOON + n)
        said(kiosk, "affirm", "negative", NOON + n, f"T{n + 2}")  # about nothing that is known
    quality.refresh(DAY, DAY)
    [alarm] = quality.alarms(DAY, DAY)
    assert (alarm["topic"], alarm["negative"], alarm["n"], alarm["before_negative"], alarm["before_n"]) == (
        "fee_query", 8, 12, 10, 120,
    )  # fmt: skip
    assert quality.topics(DAY, DAY) == [{"day": DAY, "topic": "fee_query", "negative": 8, "n": 12}]
    quality.refresh("2026-11-20", "2026-11-24")
    assert quality.alarms("2026-11-20", "2026-11-24") == []


async def test_the_api_tells_figures_and_alarms(branch, hq):
    branch.refresh(DAY, DAY)
    async with hq.client(SUPERVISOR) as http:
        rows = (await http.get(f"/api/quality?since={DAY}&until={DAY}&branch=heping")).json()
        assert {row["name"]: row["n"] for row in rows}["acc"] == 2
        assert (await http.get(f"/api/quality/alarms?since={DAY}&until={DAY}")).json() == []
        assert (await http.get(f"/api/quality/topics?since={DAY}&until={DAY}")).json() == []
        assert (await http.get("/api/quality?since=yesterday&until=today")).status_code == 422
        http.cookies.clear()
        assert (await http.get(f"/api/quality?since={DAY}&until={DAY}")).status_code == 401


@pytest.fixture
def command(hq, monkeypatch):
    for name, value in hq.environment.items():
        monkeypatch.setenv(name, value)
    return lambda *args: CliRunner().invoke(
        cli, ["quality", "--until", DAY, "--days", "1", *args], catch_exceptions=False
    )


def test_the_command_prints_one_object(branch, command):
    whole = json.loads(command("--json", "--branch", "heping").output)
    assert (whole["name"], whole["n"], whole["figures"]["resolved"], whole["figures"]["suc_n"]) == (
        "quality",
        5,
        40.0,
        2,
    )
    assert whole["figures"]["resolved_low"] < 40 < whole["figures"]["resolved_high"]
    assert whole["bars"]["resolved"] == {"limit": 92.5, "holds": False}


def test_what_nobody_answered_is_not_measured(hq, command):
    session(hq.kiosk, "S1", "transfer.posted")
    told = command("--each").output
    assert "satisfaction    not measured" in told
    whole = json.loads(command("--json").output)
    assert not {"satisfaction", "acc", "suc"} & (whole["figures"].keys() | whole["bars"].keys())


def test_one_night_recomputes_the_late_days(branch, hq):
    one_night(load([], hq.environment), "2026-11-26")
    assert {row["day"] for row in branch.series("2026-10-01", "2026-12-01")} == {DAY}
