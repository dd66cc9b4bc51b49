"""Random faults against the pure session: a model bank, a model machine and a careless customer; the machine's own
counts and the ledger are the oracle (where each note is, what was debited, every id the host saw).

A plan is a list of moves. ``go`` does the obvious next thing; the others break something. A move that does not fit
does nothing, so that a failing plan shrinks to a few words.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

from guitai.messages import device, face, voice
from guitai.messages.touch import Pressed

from .fault_run import AMOUNT, Run
from .world import understood


def say_human(run: Run) -> None:
    run.happen(voice.CustomerSaid("找人工", 0.9, understood("human_agent")))


def sound_deceived(run: Run) -> None:
    scam = voice.ScamSignal(0.96, "strong", "police_impersonation", ("安全账户",))
    run.happen(voice.CustomerSaid("警察让我转的", 0.9, understood("chitchat", 0.5, scam=scam)))


def crash_taking(run: Run) -> None:
    """Card and notes are taken while core is down."""
    run.machine.take_card()
    run.machine.take_notes()
    run.crash()


MOVES: dict[str, Callable[[Run], Any]] = {
    "go": Run.go,
    "lost, but done": lambda run: run.answer("lost_done"),
    "lost, not done": lambda run: run.answer("lost_not"),
    "fails": lambda run: run.answer("fails"),
    "late": lambda run: run.answer("late"),
    "second first": lambda run: run.answer("well", 1),
    "second late": lambda run: run.answer("late", 1),
    "told": Run.deliver,
    "told again": lambda run: run.told_again(1),
    "told again, older": lambda run: run.told_again(3),
    "timer": Run.fire,
    "crash": Run.crash,
    "crash, taking": crash_taking,
    "blink": lambda run: run.blink(hard=False),
    "devices restart": lambda run: run.blink(hard=True),
    "inserts card": Run.insert,
    "takes card": lambda run: run.tell(run.machine.take_card()),
    "takes notes": lambda run: run.tell(run.machine.take_notes()),
    "takes notes back": lambda run: run.tell(run.machine.acceptor.take()),
    "a bad note": lambda run: setattr(run.machine.acceptor, "forged", True),
    "more notes": lambda run: run.happen(Pressed("more_notes")),
    "tampered": lambda run: run.happen(device.Tampered("seismic")),
    "leaves": lambda run: run.happen(face.CustomerLeft()),
    "comes": lambda run: run.happen(face.CustomerApproached()),
    "human": lambda run: run.happen(Pressed("human")),
    "says human": say_human,
    "sounds deceived": sound_deceived,
    "cancel": lambda run: run.happen(Pressed("cancel")),
    "end": lambda run: run.happen(Pressed("end")),
    "more": lambda run: run.happen(Pressed("solved:no")),
    "teller joins": lambda run: run.teller("joins"),
    "teller leaves": lambda run: run.teller("leaves"),
    "teller approves": lambda run: run.teller("approves"),
    "teller rejects": lambda run: run.teller("rejects"),
    "line down": lambda run: run.happen(device.LinkState(False)),
    "line up": lambda run: run.happen(device.LinkState(True)),
}

BUSINESSES = ("withdraw", "deposit", "transfer", "balance")
REGIONS = ("浙江杭州", "广东揭阳")
"""The branch's own, where risk is low, and a remote one: a question and a code."""


def carry_through(business: str, plan: list[str], region: str = "浙江杭州") -> Run:
    run = Run(business, region)
    try:
        for move in plan:
            run.log.append(move)
            MOVES[move](run)
        run.come_to_an_end()
    except AssertionError as error:
        raise type(error)(f"{error}\n" + "\n".join(run.log)) from error
    return run


def plans() -> st.SearchStrategy[list[str]]:
    names = [*MOVES, *["go"] * 25]
    start = st.integers(0, 14).map(lambda n: ["go"] * n)
    return st.tuples(start, st.lists(st.sampled_from(names), max_size=16)).map(lambda parts: parts[0] + parts[1])


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(BUSINESSES), plans(), st.sampled_from(REGIONS))
def test_no_plan_of_faults_moves_money_twice_or_loses_it(business: str, plan: list[str], region: str) -> None:
    note(f"{business} {region}: {plan}")
    carry_through(business, plan, region)


def test_the_obvious_withdrawal_pays_out_what_it_debits() -> None:
    run = carry_through("withdraw", ["go"] * 14)
    assert [d.status for d in run.ledger.debits.values()] == ["committed"]
    assert list(run.machine.given.values()) == [AMOUNT]


def test_the_obvious_deposit_credits_what_it_stores() -> None:
    run = carry_through("deposit", ["go"] * 16)
    assert [(post.result, post.amount) for post in run.ledger.deposits.values()] == [("credit", AMOUNT)]
    assert list(run.machine.acceptor.stored.values()) == [AMOUNT]


def test_the_obvious_transfer_is_posted_once() -> None:
    run = carry_through("transfer", ["go"] * 16)
    assert list(run.ledger.transfers.values()) == ["posted"]
