"""What can break while a business is done: the moments in which its notes and cards move, and the machine's own faults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, fields

from firmware_bridge.simulator.dispenser import STEPS
from firmware_bridge.simulator.recycler import CASH_IN_STEPS

PROCESS_DEATHS = ("core dies", "devices die", "both die")
LINE_FAULTS = ("line breaks before", "line breaks after", "all lines break", "held up", "twice", "overtaken", "retyped")
BANK_FAULTS = ("request lost", "answer lost", "slow", "bank down")
LINK_FAULTS = ("disconnect_early", "disconnect", "duplicate", "delay:20")
CONDITIONS = ("card_reader jam", "card_reader retain_full", "dispenser offline", "pin_pad tamper", "printer paper_out")


@dataclass(frozen=True, slots=True)
class Menu:
    """Names by kind."""

    commands: tuple[str, ...] = ()
    """Commands whose text, or whose completion's, is a moment."""

    events: tuple[str, ...] = ()
    effects: tuple[str, ...] = ()
    bank: tuple[str, ...] = ()
    faults: tuple[str, ...] = ()
    """Of the cash machine; each strikes once."""

    steps: tuple[str, ...] = ()
    """Of the cash machine; the power may go right after each."""

    @property
    def frames(self) -> tuple[str, ...]:
        """Return the moments on the line."""
        ends = (f"frame {name} {kind}" for name in self.commands for kind in ("command", "completion"))
        return (*ends, *(f"frame {name}" for name in self.events))


ALWAYS = Menu(
    commands=("CardReader.Move", "CardReader.ReadRawData"),
    events=("CardReader.MediaInsertedEvent", "CardReader.MediaRemovedEvent"),
    effects=("card.move", "session.closed"),
    bank=("look_up", "verify_pin", "inquire"),
)
MENUS = {
    "balance": Menu(bank=("balance",)),
    "withdraw": Menu(
        commands=(
            "Common.GetCommandNonce",
            "CashDispenser.Dispense",
            "CashDispenser.Present",
            "CashManagement.Retract",
            "CashDispenser.Reject",
            "CashDispenser.GetPresentStatus",
        ),
        events=("CashManagement.ItemsTakenEvent", "CashDispenser.StartDispenseEvent"),
        effects=(
            "bank.reserve",
            "cash.dispense",
            "cash.present",
            "cash.retract",
            "cash.reject",
            "cash.ask_status",
            "bank.settle",
        ),
        bank=("reserve", "token", "settle", "ask_debit"),
        faults=(
            "jam",
            "jam_dispense",
            "jam_present",
            "jam_present_partly",
            "jam_retract",
            "taken_during_retract",
            "clear_nonce",
        ),
        steps=STEPS,
    ),
    "deposit": Menu(
        commands=(
            "CashAcceptor.CashInStart",
            "CashAcceptor.CashIn",
            "CashAcceptor.CashInEnd",
            "CashAcceptor.CashInRollback",
            "CashManagement.Retract",
            "CashAcceptor.GetCashInStatus",
        ),
        events=("CashManagement.ItemsInsertedEvent", "CashAcceptor.InputRefuseEvent", "CashManagement.ItemsTakenEvent"),
        effects=(
            "cashin.start",
            "cashin.insert",
            "cashin.end",
            "cashin.roll_back",
            "cashin.retract",
            "cashin.ask_status",
            "bank.post_deposit",
        ),
        bank=("post_deposit",),
        faults=("jam", "jam_insert", "jam_store", "jam_return", "jam_retract", "taken_during_retract"),
        steps=CASH_IN_STEPS,
    ),
}


def menu_of(businesses: Iterable[str]) -> Menu:
    """Return what can break while these are done."""
    menus = [ALWAYS, *(MENUS[business] for business in dict.fromkeys(businesses))]
    return Menu(
        **{
            part.name: tuple(dict.fromkeys(name for m in menus for name in getattr(m, part.name)))
            for part in fields(Menu)
        }
    )
