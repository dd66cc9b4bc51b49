"""Withdrawals over the pure session: the card first, then the notes; nothing repeated, nothing guessed."""

from __future__ import annotations

import pytest

from guitai.messages import bank, card, cash, handover
from guitai.money import Fen, yuan

from .world import World


def asked(*, obeys: bool = True) -> World:
    """Return a world in which 500 yuan were asked for and confirmed."""
    world = World()
    world.open()
    world.say("取五百块", "withdraw_cash", amount="500")
    world.insert_card()
    world.obeys = obeys
    world.press("confirm")
    return world


def test_withdrawal_gives_the_card_back_before_the_notes() -> None:
    world = asked()
    assert world.state.stage == "take_card"
    assert not world.all(cash.Present)
    world.happen(card.CardTaken())
    assert world.state.stage == "take_cash"
    world.happen(cash.NotesTaken(yuan(500)))
    assert world.last(bank.SettleDebit).result == "commit"
    world.press("solved:yes")
    assert world.closed.outcome == "withdraw.taken"


def test_untaken_card_is_kept_and_the_notes_go_back() -> None:
    world = asked()
    world.time_out()
    assert world.last(card.MoveCard).to == "retain"
    assert world.last(bank.SettleDebit).result == "reverse"
    assert not world.all(cash.Present)


def test_untaken_notes_are_retracted_and_reversed() -> None:
    world = asked()
    world.happen(card.CardTaken())
    world.time_out()
    assert world.last(bank.SettleDebit).result == "reverse"
    assert world.state.outcome == "withdraw.retracted"


@pytest.mark.parametrize(
    ("status", "taken", "result"),
    [("presented", True, "commit"), ("not_presented", False, "reverse"), ("unknown", False, "dispute")],
)
def test_unknown_dispense_asks_the_machine_and_never_repeats(status: str, taken: bool, result: str) -> None:
    world = asked(obeys=False)
    world.happen(bank.DebitOutcome(world.last(bank.ReserveDebit).request_id, "reserved"))
    dispense = world.last(cash.Dispense).request_id
    world.happen(cash.CashFailed(dispense, "disconnected", certain=False))
    ask = world.last(cash.AskPresentStatus)
    world.happen(cash.PresentStatusKnown(ask.request_id, status, yuan(500) if taken else Fen(0), taken))
    assert len(world.all(cash.Dispense)) == 1
    assert world.last(bank.SettleDebit).result == result


@pytest.mark.parametrize("told", ["by the event", "by the machine, asked after a break"])
def test_notes_that_came_out_in_part_are_a_dispute_however_it_is_told(told: str) -> None:
    world = asked(obeys=False)
    world.happen(bank.DebitOutcome(world.last(bank.ReserveDebit).request_id, "reserved"))
    world.happen(cash.NotesStacked(world.last(cash.Dispense).request_id, yuan(500)))
    world.happen(card.CardOffered(world.last(card.MoveCard).request_id))
    world.happen(card.CardTaken())
    if told == "by the event":
        world.happen(cash.NotesTaken(yuan(200)))
    else:
        world.happen(cash.CashFailed(world.last(cash.Present).request_id, "disconnected", certain=False))
        status = world.last(cash.AskPresentStatus).request_id
        world.happen(cash.PresentStatusKnown(status, "presented", yuan(200), False))
        world.happen(cash.NotesTaken(yuan(200)))
    settled = world.last(bank.SettleDebit)
    assert (settled.result, settled.taken, world.state.outcome) == ("dispute", yuan(200), "withdraw.dispute")
    assert world.last(handover.Escalate).bundle.why == "dispute"


def test_a_jam_while_counting_rejects_what_lies_there_and_undoes_the_debit() -> None:
    world = asked(obeys=False)
    world.happen(bank.DebitOutcome(world.last(bank.ReserveDebit).request_id, "reserved"))
    world.happen(cash.CashFailed(world.last(cash.Dispense).request_id, "device.dispense_jam", certain=True))
    reject = world.last(cash.Reject)
    world.happen(cash.CashFailed(reject.request_id, "device.jam", certain=True))
    assert world.last(bank.SettleDebit).result == "reverse"
    assert len(world.all(cash.Reject)) == 1
    assert world.state.stage == "result"


@pytest.mark.parametrize("reject_fails", [False, True])
def test_a_machine_without_the_notes_says_so_and_less_can_be_taken_at_once(reject_fails: bool) -> None:
    world = asked(obeys=False)
    world.happen(bank.DebitOutcome(world.last(bank.ReserveDebit).request_id, "reserved"))
    world.happen(cash.CashFailed(world.last(cash.Dispense).request_id, "device.not_dispensable", certain=True))
    reject = world.last(cash.Reject).request_id
    world.happen(
        cash.CashFailed(reject, "device.no_items", certain=True)
        if reject_fails
        else cash.NotesRetracted(reject, Fen(0))
    )
    assert world.last(bank.SettleDebit).result == "reverse"
    assert (world.state.saying.key, world.state.outcome) == ("cash_short", "withdraw.short")
    world.obeys = True
    world.say("那取两百", "withdraw_cash", amount="200")
    assert world.state.task.amount() == yuan(200)
