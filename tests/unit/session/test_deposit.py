"""A deposit through the pure step: nothing is credited before it is stored, and nobody's notes stay behind unnoticed."""

from __future__ import annotations

from guitai.messages import bank, card, cash_in, device, handover
from guitai.messages.cash_in import CashInFailed, CashInStatusKnown, NotesCounted
from guitai.money import Fen, yuan
from guitai.view import view

from .world import World

FIVE = ((100_00, 5),)


def inserting(world: World) -> str:
    """Go up to the open shutter; return the id of the request that waits for notes."""
    world.open()
    world.say("我要存钱", "deposit_cash")
    world.insert_card()
    world.happen(cash_in.CashInStarted(world.last(cash_in.StartCashIn).request_id))
    assert world.state.stage == "insert_notes"
    return str(world.last(cash_in.AcceptNotes).request_id)


def counted(world: World) -> None:
    world.happen(NotesCounted(inserting(world), FIVE, False))
    assert world.state.stage == "confirm"


def test_notes_are_stored_after_a_finger_and_credited_after_they_are_stored() -> None:
    world = World()
    counted(world)
    assert not world.all(cash_in.EndCashIn)
    world.say("对", "affirm")
    assert not world.all(cash_in.EndCashIn)
    world.press("confirm")
    assert not world.all(bank.PostDeposit)
    world.happen(cash_in.NotesStored(world.last(cash_in.EndCashIn).request_id, yuan(500)))
    post = world.last(bank.PostDeposit)
    assert (post.result, post.amount) == ("credit", yuan(500))
    world.happen(bank.DepositOutcome(post.request_id, "credited"))
    assert (world.state.stage, world.state.outcome) == ("result", "deposit.credited")


def test_the_count_is_shown_by_denomination() -> None:
    world = World()
    counted(world)
    assert "100 元 × 5 张" in str(view(world.state, "和平路支行").parts)


def test_refused_notes_are_told_of_and_more_may_be_added() -> None:
    world = World()
    world.happen(NotesCounted(inserting(world), FIVE, True))
    assert world.state.saying.key == "confirm_deposit_refused"
    world.press("more_notes")
    world.happen(NotesCounted(world.last(cash_in.AcceptNotes).request_id, ((100_00, 7),), False))
    assert world.state.task is not None
    assert world.state.task.deposit is not None
    assert world.state.task.deposit.amount == yuan(700)


def test_saying_no_gives_the_very_same_notes_back() -> None:
    world = World()
    counted(world)
    world.say("不存了", "cancel")
    world.happen(cash_in.NotesReturned(world.last(cash_in.RollBackCashIn).request_id, yuan(500)))
    assert world.state.stage == "take_back"
    world.happen(cash_in.NotesTakenBack())
    assert (world.state.stage, world.state.outcome) == ("open", "deposit.returned")
    assert not world.all(bank.PostDeposit)


def test_returned_notes_nobody_takes_are_a_dispute_with_a_human() -> None:
    world = World()
    counted(world)
    world.press("back")
    world.happen(cash_in.NotesReturned(world.last(cash_in.RollBackCashIn).request_id, yuan(500)))
    world.time_out()
    world.happen(cash_in.ReturnedRetracted(world.last(cash_in.RetractReturned).request_id, yuan(500)))
    assert (world.last(bank.PostDeposit).result, world.last(bank.PostDeposit).amount) == ("dispute", yuan(500))
    assert world.last(handover.Escalate).bundle.why == "dispute"
    assert world.state.stage == "waiting"


def test_after_a_lost_answer_the_machine_is_asked_and_believed() -> None:
    world = World()
    counted(world)
    world.press("confirm")
    end = world.last(cash_in.EndCashIn).request_id
    world.happen(CashInFailed(end, "device.outcome_unknown", certain=False))
    ask = world.last(cash_in.AskCashInStatus)
    assert not world.all(bank.PostDeposit)
    world.happen(CashInStatusKnown(ask.request_id, "stored", yuan(500)))
    assert world.last(bank.PostDeposit).result == "credit"
    assert len(world.all(cash_in.EndCashIn)) == 1


def test_notes_that_jam_while_they_are_counted_are_not_all_that_was_put_in() -> None:
    world = World()
    waiting = inserting(world)
    world.happen(CashInFailed(waiting, "device.hardware", certain=False))
    ask = world.last(cash_in.AskCashInStatus)
    world.happen(CashInStatusKnown(ask.request_id, "active", yuan(300)))
    assert (world.last(bank.PostDeposit).result, world.last(bank.PostDeposit).amount) == ("dispute", yuan(300))
    assert world.last(handover.Escalate).bundle.why == "dispute"
    assert world.state.saying.key == "deposit_unknown"


def test_a_line_that_broke_while_they_were_counted_says_nothing_of_the_notes() -> None:
    world = World()
    waiting = inserting(world)
    world.happen(CashInFailed(waiting, "device.outcome_unknown", certain=False))
    ask = world.last(cash_in.AskCashInStatus)
    world.happen(CashInStatusKnown(ask.request_id, "active", yuan(300)))
    assert world.state.stage == "confirm"
    assert not world.all(bank.PostDeposit)


def test_a_machine_that_stored_less_than_it_counted_is_looked_at() -> None:
    world = World()
    counted(world)
    world.press("confirm")
    world.happen(cash_in.NotesStored(world.last(cash_in.EndCashIn).request_id, yuan(400)))
    assert (world.last(bank.PostDeposit).result, world.last(bank.PostDeposit).amount) == ("dispute", yuan(400))


def test_an_acceptor_out_of_use_takes_nothing() -> None:
    world = World()
    world.open()
    world.happen(device.DeviceState("acceptor", False, "device.hardware"))
    world.say("存钱", "deposit_cash")
    world.insert_card()
    assert (world.state.stage, world.state.saying.key) == ("open", "deposit_unavailable")
    assert not world.all(cash_in.StartCashIn)


def test_another_business_waits_for_the_notes() -> None:
    world = World()
    counted(world)
    world.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    assert world.state.stage == "confirm"
    assert world.state.task is not None
    assert world.state.task.kind == "deposit"


def test_tamper_gives_notes_and_card_back_and_ends() -> None:
    world = World()
    counted(world)
    world.happen(device.Tampered("seismic"))
    world.happen(cash_in.NotesReturned(world.last(cash_in.RollBackCashIn).request_id, yuan(500)))
    world.happen(cash_in.NotesTakenBack())
    assert world.state.saying.key == "take_card_stopped"
    world.happen(card.CardTaken())
    assert world.closed.reason == "out_of_service"


def test_a_bank_that_cannot_be_reached_is_told_later_and_a_human_now() -> None:
    world = World()
    counted(world)
    world.press("confirm")
    world.happen(cash_in.NotesStored(world.last(cash_in.EndCashIn).request_id, yuan(500)))
    post = world.last(bank.PostDeposit)
    for _ in range(7):
        if world.state.pending_kind(post.request_id):
            world.happen(bank.BankUnreachable(post.request_id))
    assert world.state.outcome == "deposit.unknown"
    assert {p.amount for p in world.all(bank.PostDeposit)} == {Fen(50_000)}
    assert len({p.request_id for p in world.all(bank.PostDeposit)}) == 1
    assert world.last(handover.Escalate).bundle.why == "dispute"


def refused_and_credited(world: World) -> None:
    world.happen(NotesCounted(inserting(world), FIVE, True))
    world.press("confirm")
    world.happen(cash_in.NotesStored(world.last(cash_in.EndCashIn).request_id, yuan(500)))
    world.happen(bank.DepositOutcome(world.last(bank.PostDeposit).request_id, "credited"))
    world.press("solved:yes")
    assert (world.state.stage, world.state.saying.key) == ("take_back", "take_refused")


def test_refused_notes_are_taken_before_the_customer_is_let_go() -> None:
    world = World()
    refused_and_credited(world)
    world.happen(cash_in.NotesTakenBack())
    world.happen(card.CardTaken())
    assert (world.closed.reason, world.closed.outcome) == ("done", "deposit.credited")


def test_refused_notes_nobody_takes_are_kept_for_their_owner_not_for_the_next_customer() -> None:
    world = World()
    refused_and_credited(world)
    world.time_out()
    world.happen(cash_in.ReturnedRetracted(world.last(cash_in.RetractReturned).request_id, None))
    assert (world.last(bank.PostDeposit).result, world.last(bank.PostDeposit).amount) == ("dispute", 0)
    world.happen(card.CardTaken())
    assert world.closed.outcome == "deposit.credited"
