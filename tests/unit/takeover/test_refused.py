"""Commands that core refuses, each with its reason: no lease, forged, expired, replayed, too large, not now."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.messages import bank, card, cash, handover, voice
from guitai.messages.takeover import ConsentGiven
from guitai.money import yuan

from .desk import LEASE_MS, LIMIT, OTHER, TELLER, Desk, served

PAGE = {"title": "费用", "body": "跨行转账免费。", "kind": "page", "fields": []}
DEEDS: dict[str, dict[str, Any]] = {
    "teller.said": {"text": "您好"},
    "teller.decided": {"decision": "approve", "reason": ""},
    "teller.beat": {},
    "teller.pushed": {"page": PAGE},
    "teller.asked": {"what": "signature"},
    "teller.looked": {"what": "document"},
    "teller.operated": {"operation": "return_card", "reason": "客户要求"},
    "teller.hold": {"decision": "confirm", "reason": ""},
}


@pytest.mark.parametrize("name", DEEDS)
def test_without_an_escalation_or_a_lease_nothing_is_taken(name: str) -> None:
    desk = Desk()
    desk.open()
    assert desk.send(name, escalation="S1-2-help", **DEEDS[name]) == "no_escalation"
    desk.call()
    assert desk.send(name, **DEEDS[name]) == "not_lease_holder"
    assert desk.send(name, escalation="S2-2-help", **DEEDS[name]) == "no_escalation"


@pytest.mark.parametrize("name", DEEDS)
def test_another_teller_or_one_whose_lease_is_over_is_refused(name: str) -> None:
    desk = served()
    assert desk.send(name, OTHER, **DEEDS[name]) == "not_lease_holder"
    desk.now_ms += LEASE_MS
    assert desk.send(name, **DEEDS[name]) == "lease_over"


@pytest.mark.parametrize("name", [name for name in DEEDS if name != "teller.beat"])
def test_from_a_lost_teller_nothing_is_taken_until_they_are_back(name: str) -> None:
    desk = served()
    desk.lose()
    assert desk.send(name, **DEEDS[name]) == "teller_lost"
    assert desk.join() == ""
    assert desk.send(name, **DEEDS[name]) in ("", "nothing_held", "nothing_there")


def test_one_lease_one_operator() -> None:
    desk = served()
    assert desk.join(OTHER) == "already_taken"
    desk.lose()
    assert desk.join(OTHER) == "already_taken"
    assert desk.join() == ""
    assert desk.state.handover is not None
    assert desk.state.handover.teller_id == TELLER


def test_a_rejoin_never_extends_the_hard_end() -> None:
    desk = served()
    assert desk.state.handover is not None
    until = desk.state.handover.lease_until_ms
    desk.now_ms += LEASE_MS // 2
    assert desk.join() == ""
    assert desk.state.handover.lease_until_ms == until
    desk.now_ms = until
    assert desk.join() == "lease_over"


def test_a_lease_of_no_length_is_none() -> None:
    desk = Desk()
    desk.open()
    desk.call()
    assert desk.send("teller.joined", teller_name="林", lease_ms=0) == "lease_over"


def test_the_queue_is_told_only_while_nobody_has_come() -> None:
    desk = Desk()
    desk.open()
    desk.call()
    assert desk.send("teller.queued", position=2, wait_s=70) == ""
    assert all(words in desk.shown for words in ("您前面还有 1 位", "digits='2'"))
    assert desk.send("teller.queued", position=1, wait_s=30) == ""
    assert "下一位就是您" in desk.shown
    desk.join()
    assert desk.send("teller.queued", position=1, wait_s=0) == "not_now"


LARGE_PAGES = (
    {**PAGE, "title": "长" * 61},
    {**PAGE, "body": "长" * 2001},
    {**PAGE, "kind": "form"},
    {**PAGE, "fields": [{"name": "a", "label": "a", "kind": "digits"}]},
    {**PAGE, "kind": "form", "fields": [{"name": "a", "label": "a", "kind": "choice", "options": ["x"] * 7}]},
    {**PAGE, "kind": "form", "fields": [{"name": "a", "label": "a", "kind": "choice", "options": []}]},
    {**PAGE, "kind": "form", "fields": [{"name": "a", "label": "a", "kind": "digits", "length": 41}]},
    {**PAGE, "kind": "form", "fields": [{"name": "a", "label": "a", "kind": "digits"}] * 2},
)


@pytest.mark.parametrize("page", LARGE_PAGES)
def test_a_page_the_screen_cannot_show_is_refused(page: dict[str, Any]) -> None:
    assert served().send("teller.pushed", page=page) == "too_large"


@pytest.mark.parametrize("name", ["teller.pushed", "teller.asked", "teller.operated", "listener.joined"])
def test_under_coercion_nothing_visible_is_done(name: str) -> None:
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.say("快取，取不出来我弄死你", "withdraw_cash", amount="20000")
    before = desk.shown
    assert desk.join() == ""
    data = DEEDS.get(name) or {"listener_id": OTHER, "name": "王主管"}
    assert desk.send(name, **data) == "silent"
    assert desk.send("teller.said", text="已经报警") == ""
    assert desk.shown == before
    assert not desk.all(ConsentGiven)
    assert [speak.text for speak in desk.all(voice.Speak)][-1] != "已经报警"


def test_while_notes_are_on_their_way_only_words_are_taken() -> None:
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.say("取五百", "withdraw_cash", amount="500")
    desk.press("confirm")
    assert desk.state.stage == "take_card"
    desk.call()
    desk.join()
    assert desk.send("teller.operated", operation="dispense", reason="", amount_fen=yuan(500)) == "busy"
    assert desk.send("teller.pushed", page=PAGE) == "busy"
    assert desk.send("teller.said", text="请先取卡") == ""
    assert desk.last(voice.Speak).text == "请先取卡"
    desk.happen(card.CardTaken())
    desk.happen(cash.NotesTaken(yuan(500)))
    assert desk.state.stage == "teller"


OPERATE = {"operation": "dispense", "reason": "客户急用"}
ABOVE = yuan(20_000)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"approver_id": TELLER}, "approval_self"),
        ({"approver_id": ""}, "approval_self"),
        ({"operation": "release"}, "approval_other"),
        ({"amount_fen": ABOVE - 1}, "approval_other"),
        ({"escalation_id": "S9-1-help"}, "approval_other"),
        ({"approval_id": "A2"}, "approval_other"),
        ({"expires_ms": 0}, "approval_expired"),
    ],
)
def test_above_the_limit_an_approval_has_to_fit_and_counts_once(changes: dict[str, Any], reason: str) -> None:
    desk = served()
    assert desk.send("teller.operated", **OPERATE, amount_fen=ABOVE) == "needs_approval"
    approval = desk.approval("dispense", ABOVE)
    approval["approval"] |= changes
    assert desk.send("teller.operated", **OPERATE, amount_fen=ABOVE, **approval) == reason
    if not reason:
        desk.press("back")  # the customer does not want it after all
        assert desk.state.stage == "teller"
        assert desk.send("teller.operated", **OPERATE, amount_fen=ABOVE, **approval) == "approval_used"


@pytest.mark.parametrize(
    ("operation", "amount", "reason"),
    [
        ("dispense", 0, "not_now"),
        ("dispense", yuan(150) + 1, "not_now"),
        ("dispense", yuan(50_000), "not_now"),
        ("dispense", LIMIT + yuan(100), "needs_approval"),
        ("retain_card", 0, "no_issuer_order"),
    ],
)
def test_operations_that_are_not_to_be_done(operation: str, amount: int, reason: str) -> None:
    assert served().send("teller.operated", operation=operation, reason="", amount_fen=amount) == reason


def test_without_a_card_none_is_returned_or_kept() -> None:
    desk = Desk()
    desk.open()
    desk.call()
    desk.join()
    assert desk.send("teller.operated", operation="return_card", reason="") == "no_card"
    assert desk.send("teller.operated", operation="retain_card", reason="") == "no_card"


def test_a_listener_needs_a_teller_and_is_never_the_teller() -> None:
    desk = Desk()
    desk.open()
    desk.call()
    assert desk.send("listener.joined", listener_id=OTHER, name="王主管") == "not_now"
    desk.join()
    assert desk.send("listener.joined", listener_id=TELLER, name="林柜员") == "already_taken"
    assert desk.send("listener.joined", listener_id=OTHER, name="王主管") == ""
    assert desk.send("listener.joined", listener_id="0999", name="李主管") == "already_taken"
    assert desk.send("listener.left", listener_id="0999") == "not_lease_holder"


def test_after_the_teller_has_gone_an_old_command_is_nobody_s() -> None:
    desk = served()
    assert desk.send("teller.left") == ""
    assert desk.send("teller.said", text="还在吗") == "no_escalation"
    assert desk.send("teller.left") == "no_escalation"
    assert not desk.all(bank.DecideHold)


def test_an_ended_session_takes_no_command() -> None:
    desk = served()
    desk.happen(handover.TellerLeft(desk.escalation, TELLER))
    desk.press("end")
    assert desk.join() == "no_escalation"
