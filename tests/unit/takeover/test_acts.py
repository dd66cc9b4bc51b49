"""What a teller does through the kiosk: only by the flows that exist, and what goes out only by the customer's finger."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guitai.messages import bank, card, cash, device, document, handover, identity, takeover, touch, voice
from guitai.messages.session import StartTimer, TimerFired
from guitai.money import yuan
from guitai.tables import TIMES_MS
from guitai.view import view

from .desk import LIMIT, OTHER, TELLER, Desk, served

SCAM = voice.ScamSignal(0.97, "strong", "police_impersonation", ("安全账户",))


def held() -> Desk:
    """A transfer that the host holds, with a teller."""
    desk = Desk(fields={"available": {"available_fen": str(yuan(200_000))}})
    desk.open()
    desk.insert_card()
    desk.say("警察让我把十八万转到安全账户", "transfer", scam=SCAM, amount="180000", payee="李国强")
    desk.happen(touch.Entered("account", "", "v1|9999|19"))
    assert desk.state.stage == "held"
    desk.join(limit=yuan(200_000))
    return desk


def targets(desk: Desk) -> list[str]:
    return [option.target for part in view(desk.state, "").parts for option in getattr(part, "options", ())]


def test_notes_go_out_by_debit_token_finger_and_card_first() -> None:
    desk = served()
    assert desk.send("teller.operated", operation="dispense", reason="客户急用", amount_fen=yuan(2_000)) == ""
    assert desk.state.stage == "confirm"
    assert not desk.all(bank.ReserveDebit)
    assert view(desk.state, "").teller_name == "林柜员"
    desk.press("confirm")
    kinds = [type(effect) for effect in desk.effects]
    assert kinds.index(bank.ReserveDebit) < kinds.index(cash.Dispense)
    assert desk.last(cash.Dispense).debit_id == desk.last(bank.ReserveDebit).request_id
    desk.happen(card.CardTaken())
    desk.happen(cash.NotesTaken(yuan(2_000)))
    assert desk.last(bank.SettleDebit).result == "commit"
    assert desk.state.stage == "teller"


def test_the_customer_s_no_ends_a_dispense_with_nothing_moved() -> None:
    desk = served()
    desk.send("teller.operated", operation="dispense", reason="", amount_fen=LIMIT)
    desk.press("back")
    assert desk.state.stage == "teller"
    assert not desk.all(bank.ReserveDebit)


def test_a_slip_names_case_teller_and_reason() -> None:
    desk = served()
    desk.send("teller.operated", operation="print_slip", reason="已核对身份")
    slip = desk.last(device.PrintReceipt)
    assert desk.escalation in slip.lines[0]
    assert "说明 已核对身份" in slip.lines


def test_the_card_comes_back_when_the_teller_says_so() -> None:
    desk = served()
    desk.send("teller.operated", operation="return_card", reason="")
    assert desk.last(card.MoveCard).to == "exit"
    desk.happen(card.CardTaken())
    assert (desk.state.card, desk.state.stage) == ("none", "teller")


def test_a_card_nobody_takes_is_kept_with_record_and_slip_although_the_teller_stays() -> None:
    desk = served()
    desk.send("teller.operated", operation="return_card", reason="")
    assert desk.state.saying.key == "take_card_teller"
    desk.happen(card.CardOffered(desk.last(card.MoveCard).request_id))
    timer = desk.last(StartTimer)
    assert timer.after_ms == TIMES_MS["take_card"]
    desk.send("teller.said", text="请取卡")
    assert desk.last(StartTimer) == timer  # nothing the teller does gives it more time
    desk.happen(TimerFired(timer.serial))
    assert desk.last(card.MoveCard).to == "retain"
    assert (desk.state.card, desk.state.stage, desk.state.customer) == ("none", "teller", None)
    assert desk.last(card.RecordRetention).why == "untaken"
    assert desk.state.saying.key == "card_kept_untaken"


def test_a_card_is_kept_on_the_issuer_s_order_alone_with_record_and_slip() -> None:
    desk = served()
    assert desk.state.customer is not None
    desk.state = desk.state.but(customer=replace(desk.state.customer, retain_ordered=True))
    assert desk.send("teller.operated", operation="retain_card", reason="发卡行要求") == ""
    assert desk.last(card.MoveCard).to == "retain"
    assert desk.last(card.RecordRetention).why == "issuer"
    assert "发卡行要求收回" in "".join(desk.last(device.PrintReceipt).lines)
    assert desk.state.card == "none"


def test_a_card_on_its_way_into_the_bin_is_not_pushed_out_when_the_devices_come_back() -> None:
    desk = served()
    assert desk.state.customer is not None
    desk.state = desk.state.but(customer=replace(desk.state.customer, retain_ordered=True))
    desk.obeys = False
    desk.send("teller.operated", operation="retain_card", reason="")
    desk.happen(device.DeviceState("devices", True))
    assert [move.to for move in desk.all(card.MoveCard)] == ["retain"]


@pytest.mark.parametrize("how", ["hold", "decided"])
def test_what_is_held_goes_out_only_by_the_customer_s_finger(how: str) -> None:
    desk = held()
    if how == "hold":
        assert desk.send("teller.hold", decision="release", reason="核实无误") == ""
    else:
        assert desk.send("teller.decided", decision="approve", reason="核实无误") == ""
    assert desk.state.stage == "confirm"
    assert targets(desk) == ["cancel", "confirm"]
    assert not desk.all(bank.DecideHold)
    desk.say("不对，转三万", "transfer", amount="30000", correction=True)  # its values stand
    assert desk.state.task is not None
    assert desk.state.task.amount() == yuan(180_000)
    desk.press("confirm")
    assert desk.last(bank.DecideHold).decision == "release"
    assert desk.state.outcome == "transfer.posted"
    assert desk.send("teller.hold", decision="release", reason="") == "nothing_held"


def test_the_customer_s_no_to_a_release_cancels_it() -> None:
    desk = held()
    desk.send("teller.hold", decision="release", reason="")
    desk.press("cancel")
    assert desk.last(bank.DecideHold).decision == "reject"
    assert desk.state.stage == "teller"


@pytest.mark.parametrize("end", ["lost", "over", "lapsed", "left"])
def test_a_finger_after_the_lease_lets_nothing_out(end: str) -> None:
    desk = held()
    desk.send("teller.hold", decision="release", reason="")
    assert desk.state.handover is not None
    match end:
        case "lost":
            desk.lose()
        case "over":
            desk.now_ms = desk.state.handover.lease_until_ms
        case "lapsed":
            desk.lapse()
        case "left":
            desk.send("teller.left")
    desk.press("confirm")
    assert not desk.all(bank.DecideHold)


def test_a_hold_that_is_confirmed_stands_and_the_screen_says_who_decided() -> None:
    desk = held()
    assert desk.send("teller.hold", decision="confirm", reason="诈骗") == ""
    assert desk.last(bank.DecideHold).decision == "confirm"
    assert "有异议" in desk.shown
    desk.send("teller.left")
    assert desk.state.saying.key == "hold_confirmed"


def test_a_large_hold_is_released_by_two_people() -> None:
    desk = held()
    assert desk.state.handover is not None
    desk.happen(handover.TellerLeft(desk.escalation, TELLER, transferred=True))
    assert desk.join(OTHER, limit=yuan(50_000)) == ""
    data = {"decision": "release", "reason": "核实"}
    assert desk.send("teller.hold", OTHER, **data) == "needs_approval"
    assert desk.send("teller.hold", OTHER, **data, **desk.approval("release", yuan(180_000))) == ""
    desk.press("back")
    assert desk.last(bank.DecideHold).decision == "reject"


def test_approving_a_large_hold_needs_two_people_too() -> None:
    desk = held()
    desk.send("teller.left", transferred=True)
    desk.join(OTHER, limit=yuan(50_000))
    data = {"decision": "approve", "reason": "核实"}
    assert desk.send("teller.decided", OTHER, **data) == "needs_approval"
    assert desk.send("teller.decided", OTHER, **data, **desk.approval("release", yuan(180_000))) == "approval_other"
    assert desk.send("teller.decided", OTHER, **data, **desk.approval("approve", yuan(180_000))) == ""
    assert desk.state.stage == "confirm"


def test_a_transfer_to_a_colleague_waits_under_the_same_escalation() -> None:
    desk = served()
    desk.send("teller.left", transferred=True)
    assert desk.state.stage == "waiting"
    assert desk.send("teller.said", text="我还在") == "not_lease_holder"
    assert desk.join(OTHER) == ""
    assert desk.state.stage == "teller"
    assert len(desk.all(handover.Escalate)) == 1


def test_a_lost_teller_who_is_back_goes_on_in_place() -> None:
    desk = served()
    desk.press("video:yes")
    desk.lose()
    shown = view(desk.state, "")
    assert shown.teller_lost
    assert desk.state.saying.key == "teller_lost"
    words = len(desk.all(voice.Speak))
    desk.lose()  # told again
    assert len(desk.all(voice.Speak)) == words
    desk.back()
    assert not view(desk.state, "").teller_lost
    assert desk.send("teller.said", text="我回来了") == ""


def test_a_lapse_goes_on_alone_where_nothing_waits_for_a_human() -> None:
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.say("我要转账", "transfer")
    assert desk.state.stage == "slot"
    desk.call()
    desk.join()
    desk.lose()
    desk.lapse()
    assert desk.state.stage == "slot"
    assert desk.state.handover is None
    assert any("没有接回来" in speak.text for speak in desk.all(voice.Speak))


def test_a_lapse_waits_for_the_next_one_where_a_human_has_to_decide() -> None:
    desk = held()
    first = desk.escalation
    desk.lapse()
    assert desk.escalation != first
    assert desk.state.stage == "held"
    assert desk.state.saying.key == "teller_gone_wait"
    assert desk.send("teller.decided", decision="approve", reason="", escalation=first) == "no_escalation"
    assert not desk.all(bank.DecideHold)


def test_a_silent_lease_that_lapses_alarms_again_and_shows_nothing() -> None:
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.say("快取，取不出来我弄死你", "withdraw_cash", amount="20000")
    desk.say("取两万", "withdraw_cash", amount="20000")
    before = desk.shown
    desk.join()
    desk.happen(TimerFired(desk.state.timer))  # three minutes are over, but somebody has come
    assert desk.shown == before
    desk.lapse()
    assert desk.shown == before
    assert [one.bundle.silent for one in desk.all(handover.Escalate)] == [True, True]


def test_an_id_card_the_teller_asks_for_is_read_and_the_teller_has_the_word_again() -> None:
    desk = served()
    assert desk.send("teller.asked", what="id_card") == ""
    assert desk.last(identity.ReadIdCard)
    assert desk.state.stage == "teller"
    assert desk.state.person is not None


def test_a_paper_the_teller_asks_for_is_read() -> None:
    desk = served()
    assert desk.send("teller.asked", what="document") == ""
    assert desk.state.task is not None
    assert desk.state.task.kind == "show_document"


def test_words_typed_while_the_customer_does_something_are_spoken_and_leave_the_screen() -> None:
    desk = served()
    desk.send("teller.operated", operation="dispense", reason="", amount_fen=yuan(1_000))
    lead = view(desk.state, "").lead
    desk.send("teller.said", text="请核对金额")
    assert desk.last(voice.Speak).text == "请核对金额"
    assert view(desk.state, "").lead == lead
    assert desk.state.transcript[-1].text == "请核对金额"


def test_nobody_in_three_minutes_keeps_the_promise() -> None:
    desk = Desk()
    desk.open()
    desk.insert_card()
    desk.call()
    desk.send("teller.queued", position=1, wait_s=170)
    assert desk.state.timer_total_ms == 180_000
    desk.time_out()
    slip = "".join(desk.last(device.PrintReceipt).lines)
    assert all(word in slip for word in (desk.escalation, "95500", "96110", "您的资金没有转出"))
    assert desk.last(card.MoveCard).to == "exit"
    assert f"凭证号\\n{desk.escalation}" in desk.shown  # a printer may have no paper
    assert desk.join() == "no_escalation"


def test_a_teller_looks_at_what_was_laid_down_for_them_and_the_customer_is_told() -> None:
    desk = served()
    assert desk.send("teller.looked", what="id_card") == "nothing_there"
    desk.send("teller.asked", what="id_card")
    assert desk.state.person is not None
    assert desk.send("teller.looked", what="id_card") == ""
    shown = desk.last(takeover.ShowPaper)
    assert (shown.what, shown.reference, shown.teller_id) == ("id_card", desk.state.person.photo, TELLER)
    assert "在看您放下的" in desk.last(voice.Speak).text
    assert desk.send("teller.looked", what="document") == "nothing_there"


def test_a_paper_read_before_a_teller_came_is_kept_for_nobody() -> None:
    desk = Desk()
    desk.open()
    desk.say("帮我看看这份合同", "ask_document")
    assert all(not one.keep for one in desk.all(document.ReadDocument))
    desk = served()
    desk.send("teller.asked", what="document")
    desk.press("pick:laid")
    assert desk.last(document.ReadDocument).keep


def test_nobody_looks_while_a_code_is_entered_or_without_the_lease() -> None:
    desk = served()
    desk.send("teller.asked", what="id_card")
    desk.state = desk.state.but(stage="pin")
    assert desk.send("teller.looked", what="id_card") == "busy"
    desk.state = desk.state.but(stage="teller")
    assert desk.send("teller.looked", OTHER, what="id_card") == "not_lease_holder"
    desk.lose()
    assert desk.send("teller.looked", what="id_card") == "teller_lost"
