"""Whole sessions through the pure step: the paths of the demo and their breaks."""

from __future__ import annotations

import pytest

from guitai import session as core
from guitai.messages import bank, card, cash, device, face, handover, voice
from guitai.messages.knowledge import Board
from guitai.messages.session import CloseSession, CoreResumed
from guitai.messages.touch import Entered
from guitai.money import Fen, yuan

from .world import World

SCAM = voice.ScamSignal(0.96, "strong", "police_impersonation", ("安全账户",))


def medium_transfer(world: World) -> None:
    world.open()
    world.say("我想给张伟转五千块", "transfer", payee="张伟", amount="5000")
    assert world.state.stage == "card"
    world.insert_card()
    assert (world.state.stage, world.state.asking) == ("slot", "account")
    world.happen(Entered("account", "", "v1|6688|19"))
    assert world.state.risk is not None
    assert world.state.risk.level == "medium"
    assert world.state.stage == "question"


def test_medium_transfer_asks_sends_a_code_posts_and_prints() -> None:
    world = World()
    medium_transfer(world)
    assert not world.all(bank.PostTransfer)
    world.press("met:yes")
    assert world.state.stage == "sms"
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.state.stage == "result"
    assert world.last(bank.PostTransfer).amount == yuan(5000)
    assert world.last(bank.PostTransfer).payee_ref == "v1"
    assert not world.all(device.PrintReceipt)
    world.press("receipt:paper")
    assert world.last(device.PrintReceipt).title == "转账回单"
    world.press("solved:yes")
    world.happen(card.CardTaken())
    assert world.closed == CloseSession("S1", "done", "transfer.posted", True)


def test_not_having_met_the_payee_delays_the_money_by_a_day() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:no")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.last(bank.PostTransfer).mode == "delay_24h"
    assert world.state.outcome == "transfer.delayed"


def test_saying_yes_never_moves_money() -> None:
    world = World()
    world.open()
    world.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    world.insert_card()
    assert world.state.stage == "confirm"
    world.say("对", "affirm")
    assert world.state.stage == "confirm"
    assert not world.all(bank.PostTransfer)
    world.press("confirm")
    assert world.last(bank.PostTransfer).mode == "now"


def scam(world: World) -> None:
    world.region = "广东揭阳"
    world.open()
    world.say("我要把十八万转到安全账户", "transfer", amount="180000", scam=SCAM)
    world.insert_card()
    world.say("李警官", "transfer", payee="李国强")
    world.happen(Entered("account", "", "v1|9999|19"))


def test_scam_is_held_and_a_teller_decides() -> None:
    world = World()
    scam(world)
    assert world.state.risk is not None
    assert world.state.risk.level == "high"
    assert world.state.risk.r_hundredths >= 6000
    assert "strong_cue_large_first_payee" in {f.floor for f in world.state.risk.floors}
    assert world.last(bank.PostTransfer).mode == "hold"
    assert world.state.stage == "held"
    bundle = world.last(handover.Escalate).bundle
    assert bundle.slots["account"] == "尾号9999"
    help_id = world.last(handover.Escalate).escalation_id
    world.happen(handover.TellerJoined(help_id, "0218", "林柜员", 600_000))
    assert world.state.stage == "teller"
    world.happen(handover.TellerSaid(help_id, "0218", "大爷，这个账户不是公安局的。"))
    assert world.last(voice.Speak).text == "大爷，这个账户不是公安局的。"
    world.happen(handover.TellerDecided(help_id, "0218", "reject", "诈骗"))
    assert world.last(bank.DecideHold).decision == "reject"
    world.happen(handover.TellerLeft(help_id, "0218"))
    assert (world.state.stage, world.state.saying.key) == ("result", "teller_rejected")


def decided(world: World) -> bank.DecideHold:
    scam(world)
    help_id = world.last(handover.Escalate).escalation_id
    world.happen(handover.TellerJoined(help_id, "0218", "林柜员", 600_000, yuan(200_000)))
    world.obeys = False
    world.happen(handover.TellerDecided(help_id, "0218", "approve", ""))
    assert not world.all(bank.DecideHold)
    world.press("confirm")
    decision: bank.DecideHold = world.last(bank.DecideHold)
    return decision


def test_a_decision_the_host_did_not_answer_is_told_again() -> None:
    world = World()
    decision = decided(world)
    world.happen(bank.BankUnreachable(decision.request_id))
    assert world.all(bank.DecideHold) == [decision, decision]
    world.happen(bank.TransferOutcome(decision.request_id, "posted"))
    assert world.state.outcome == "transfer.posted"


def test_a_decision_a_crash_cut_short_is_told_again() -> None:
    world = World()
    decision = decided(world)
    # The teller may have gone by then.
    world.happen(handover.TellerLeft(world.last(handover.Escalate).escalation_id, "0218"))
    world.happen(CoreResumed((decision.request_id,)))
    assert world.all(bank.DecideHold) == [decision, decision]
    world.happen(bank.TransferOutcome(decision.request_id, "posted"))
    assert world.state.outcome == "transfer.posted"


def test_a_decision_is_not_told_for_ever() -> None:
    world = World()
    decision = decided(world)
    for _ in range(9):
        world.happen(bank.BankUnreachable(decision.request_id))
    assert len(world.all(bank.DecideHold)) == 6
    assert world.state.stage == "teller"


def test_a_teller_without_the_lease_decides_nothing() -> None:
    world = World()
    scam(world)
    help_id = world.last(handover.Escalate).escalation_id
    world.happen(handover.TellerJoined(help_id, "0218", "林柜员", 600_000))
    world.happen(handover.TellerDecided(help_id, "9999", "approve", ""))
    assert not world.all(bank.DecideHold)


def test_no_teller_in_three_minutes_returns_the_card_and_prints_a_slip() -> None:
    world = World()
    scam(world)
    world.time_out()
    assert world.last(card.MoveCard).to == "exit"
    assert "96110" in "".join(world.last(device.PrintReceipt).lines)
    assert not [t for t in world.all(bank.PostTransfer) if t.mode != "hold"]


def test_nobody_came_after_a_hold_the_money_has_not_moved() -> None:
    world = World()
    scam(world)
    world.time_out()
    assert world.state.saying.key == "no_teller"
    assert "您的资金没有转出。" in world.last(device.PrintReceipt).lines


def test_nobody_came_for_a_dispute_the_account_is_checked() -> None:
    world = World()
    world.open()
    world.say("取五百块", "withdraw_cash", amount="500")
    world.insert_card()
    world.obeys = False
    world.press("confirm")
    debit = world.last(bank.ReserveDebit).request_id
    world.happen(bank.DebitOutcome(debit, "reserved"))
    world.happen(cash.CashFailed(world.last(cash.Dispense).request_id, "lost", certain=False))
    world.happen(cash.PresentStatusKnown(world.last(cash.AskPresentStatus).request_id, "unknown", Fen(0)))
    assert world.state.stage == "waiting"
    world.time_out()
    lines = world.last(device.PrintReceipt).lines
    assert f"凭证号 {debit}" in lines
    assert "没有转出" not in "".join(lines)
    assert world.state.saying.key == "no_teller_checked"
    assert debit in world.last(voice.Speak).text


def test_nobody_came_for_a_transfer_the_host_never_answered_for() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.obeys = False
    world.happen(Entered("sms", "", "v2"))
    world.happen(bank.SmsChecked(world.last(bank.CheckSms).request_id, True, 3))
    world.press("confirm")
    post = world.last(bank.PostTransfer)
    for _ in range(6):
        world.happen(bank.BankUnreachable(post.request_id))
    assert world.state.stage == "waiting"
    world.time_out()
    assert world.state.saying.key == "no_teller_checked"
    assert world.state.outcome == "transfer.unknown"


def test_nobody_came_after_a_transfer_that_was_delayed_or_posted() -> None:
    for answer, key, words in (("no", "no_teller_delayed", "可以撤回"), ("yes", "no_teller_done", "不受影响")):
        world = World()
        medium_transfer(world)
        world.press(f"met:{answer}")
        world.happen(Entered("sms", "", "v2"))
        world.press("confirm")
        world.press("human")
        world.time_out()
        assert world.state.saying.key == key
        assert words in "".join(world.last(device.PrintReceipt).lines)


def test_cancelling_after_the_money_has_moved_claims_nothing() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    world.press("cancel")
    assert (world.state.stage, world.state.saying.key) == ("open", "anything_else")
    world.say("算了", "cancel")
    assert world.state.saying.key == "anything_else"
    assert world.state.outcome == "transfer.posted"


def test_cancelling_before_says_that_nothing_was_changed() -> None:
    world = World()
    medium_transfer(world)
    world.press("cancel")
    assert (world.state.saying.key, world.state.outcome) == ("cancelled", "cancelled")


@pytest.mark.parametrize(("until_ms", "told"), [(2**50, "712.30"), (1, "line_down")])
def test_with_the_line_down_the_rate_is_told_while_the_board_of_the_day_is_good(until_ms: int, told: str) -> None:
    world = World(
        online=False, board=Board((("usd_sell", "712.30"), ("usd_buy", "709.10"), ("eur_sell", "830.00")), until_ms)
    )
    world.open()
    world.say("今天美元汇率多少", "foreign_exchange")
    assert told in str(world.state.saying)


def test_line_down_answers_facts_and_lets_money_wait() -> None:
    world = World(online=False)
    world.open()
    world.say("跨行手续费多少", "fee_query")
    assert world.state.outcome == "answered.fees-board"
    world.say("查余额", "query_balance")
    assert world.state.saying.key == "line_down"
    world.say("给李娜转两千", "transfer", payee="李娜", amount="2000")
    assert world.state.risk is not None
    assert not world.all(bank.PostTransfer)


def test_line_lost_during_look_up_gives_the_card_back_and_lets_the_errand_wait() -> None:
    world = World()
    world.open()
    world.say("查余额", "query_balance")
    world.obeys = False
    world.insert_card()
    world.happen(bank.BankUnreachable(world.last(bank.LookUpCustomer).request_id))
    assert world.last(card.MoveCard).to == "exit"
    assert world.state.saying.key == "line_down"
    assert [task.kind for task in world.state.later] == ["balance"]


def test_unknown_transfer_is_asked_about_and_posted_once() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.obeys = False
    world.happen(Entered("sms", "", "v2"))
    world.happen(bank.SmsChecked(world.last(bank.CheckSms).request_id, True, 3))
    world.press("confirm")
    post = world.last(bank.PostTransfer)
    world.happen(CoreResumed((post.request_id,)))
    assert world.last(bank.AskTransfer).request_id == post.request_id
    world.happen(bank.TransferOutcome(post.request_id, "posted"))
    assert len({p.request_id for p in world.all(bank.PostTransfer)}) == 1
    assert world.state.stage == "result"


def test_two_negative_sentences_bring_a_human() -> None:
    world = World()
    world.open()
    world.say("你这机器真烦", "chitchat", sentiment="negative")
    world.say("气死我了", "chitchat", sentiment="negative")
    assert world.last(handover.Escalate).bundle.why == "negative"


def test_idle_customer_is_warned_then_the_session_ends() -> None:
    world = World()
    world.open()
    world.happen(face.CustomerLeft())
    world.time_out()
    assert world.state.stage == "still_there"
    world.time_out()
    assert world.closed.reason == "left"


def test_presence_alone_keeps_the_session() -> None:
    world = World()
    world.open()
    world.happen(face.CustomerApproached())
    world.time_out()
    assert world.state.stage == "open"
    assert world.state.timer_ends_ms > world.now_ms


def test_replaying_the_record_gives_the_same_effects() -> None:
    world = World()
    scam(world)
    state = core.initial()
    for occurred, effects in world.record:
        state, again = core.step(state, occurred)
        assert again == effects
    assert state == world.state


def test_tamper_stops_the_notes_on_their_way_and_gives_the_card_back() -> None:
    world = World()
    world.open()
    world.say("取五百块", "withdraw_cash", amount="500")
    world.insert_card()
    world.press("confirm")
    assert world.state.stage == "take_card"
    world.happen(device.Tampered("safe"))
    world.happen(card.CardTaken())
    assert not world.all(cash.Present)
    assert world.all(cash.Reject)
    assert world.last(bank.SettleDebit).result == "reverse"
    assert world.closed.reason == "out_of_service"
