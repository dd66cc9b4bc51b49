"""kill -9 of devices, of core and of both between any two messages of a withdrawal and of a deposit, on real processes.

After the restart a patient customer goes on. The machine's own count and the bank's ledger must agree or a dispute must be
open; the screen must say what happened, and a dispute must be on its way to the tellers.
"""

from __future__ import annotations

import asyncio
import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import orjson
import pytest

from guitai.dialogue.data import REPLIES
from guitai.episodes.oracle import CUSTOMERS
from guitai.messages.codec import to_data
from guitai.money import Fen, short_yuan

from .kiosk import AMOUNT_FEN, Customer, Kiosk, running

pytestmark = pytest.mark.chaos

PROCESSES = {"devices": ("devices",), "core": ("core",), "both": ("devices", "core")}
BUSINESSES = ("withdraw", "deposit")
SETTLED_S = 20.0
SPREAD = [
    ("withdraw", "core", 24), ("withdraw", "devices", 26), ("withdraw", "both", 20),
    ("deposit", "core", 16), ("deposit", "devices", 31), ("deposit", "both", 24),
]  # fmt: skip
"""Business, what is killed, before which message: around the moments in which notes move. Each costs a start of processes."""

STRUCK = 0.9
"""At least this share of the messages has to be reached by its kill: a visit is not always quite as long."""


@pytest.fixture
def folders(tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    with tempfile.TemporaryDirectory(prefix="g") as run:
        yield tmp_path, Path(run)


@pytest.mark.timeout(600)
async def test_a_spread_of_kills_costs_nothing(folders, record_property):
    async with running(*folders) as kiosk:
        for business in BUSINESSES:
            assert await survives(kiosk, business, "core", 0) == []
        wrong = [text for where in SPREAD for text in await survives(kiosk, *where)]
    record_property("kills", kiosk.tap.kills)
    assert not wrong, "\n".join(wrong)
    assert kiosk.tap.kills == len(SPREAD)


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("business", BUSINESSES)
@pytest.mark.parametrize("process", PROCESSES)
async def test_a_kill_between_any_two_messages_costs_nothing(business, process, folders, record_property):
    async with running(*folders) as kiosk:
        assert await survives(kiosk, business, process, 0) == []
        messages = len(kiosk.tap.passed)
        wrong = [text for number in range(1, messages + 1) for text in await survives(kiosk, business, process, number)]
    record_property("kills", kiosk.tap.kills)
    assert not wrong, "\n".join(wrong)
    assert kiosk.tap.kills >= STRUCK * messages


@dataclass(frozen=True)
class Before:
    """What was there before a customer came, in fen."""

    taken: int
    kept: int
    sessions: tuple[str, ...]


async def survives(kiosk: Kiosk, business: str, process: str, number: int) -> list[str]:
    """Serve one customer with a kill before message `number` (0: none); return what is wrong afterwards."""

    before = await look_inside(kiosk)
    kiosk.tap.count(number, lambda: kiosk.kill(*PROCESSES[process]))
    kiosk.shown.clear()
    where = f"{business}, {process} killed before message {number}"
    try:
        await Customer(kiosk, business).be_served()
    except TimeoutError:
        kiosk.tap.count()
        return [f"{where}: never ends: {orjson.dumps(kiosk.screen).decode()}, {await kiosk.inside()}"]
    passed = kiosk.tap.passed[number - 2 : number] if number > 1 else []
    return [f"{where} ({' | '.join(passed)}): {text}" for text in await wrongs(kiosk, business, before)]


async def look_inside(kiosk: Kiosk) -> Before:
    """Return the machine's own count."""
    cash = (await kiosk.inside())["dispenser"]
    inserted = sum(int(note) * n for note, n in cash["inserted"].items())
    journal = kiosk.journal()
    sessions = journal.sessions()
    journal.close()
    return Before(cash["amounts"]["taken"], inserted - cash["amounts"]["taken_back"], sessions)


async def wrongs(kiosk: Kiosk, business: str, before: Before) -> list[str]:
    """Return every rule that does not hold for the sessions since `before`."""
    state = (await kiosk.inside())["dispenser"]
    after = await look_inside(kiosk)
    sessions = [one for one in after.sessions if one not in before.sessions]
    found = [f"notes from nowhere or gone: {state['missing']}"] if any(state["missing"].values()) else []
    await settled(kiosk)
    if business == "withdraw":
        found += withdrawn(kiosk, sessions, after.taken - before.taken)
    else:
        found += deposited(kiosk, sessions, after.kept - before.kept)
    return found


async def settled(kiosk: Kiosk) -> None:
    """Wait until the bank has heard how every debit ended: core may still be telling it."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(SETTLED_S):
            while rows(kiosk, "SELECT * FROM debits WHERE status = 'reserved'"):
                await kiosk.look()


def withdrawn(kiosk: Kiosk, sessions: list[str], taken: int) -> list[str]:
    debits = [row for row in rows(kiosk, "SELECT * FROM debits") if str(row["id"]).startswith(tuple(sessions))]
    if not debits and not taken and not effects(kiosk, sessions, "bank.reserve"):
        return []  # core died before it had written down that anybody asked for anything
    if len(debits) != 1:
        return [f"{len(debits)} debits, {taken} fen taken"]
    debit, found = debits[0], []
    told = REPLIES["cash_taken"]["zh"].lead.format(amount=short_yuan(Fen(AMOUNT_FEN)))
    match debit["status"]:
        case "committed" if taken == AMOUNT_FEN:
            found += unless_shown(kiosk, told)
        case "reversed" if taken == 0:
            found += unless_shown(kiosk, REPLIES["cash_back"]["zh"].lead)
        case "disputed":
            found += unless_shown(kiosk, str(debit["id"])) + unless_escalated(kiosk, sessions)
        case status:
            found.append(f"the debit is {status}, {taken} fen taken")
    if len(effects(kiosk, sessions, "cash.dispense")) > 1:
        found.append("dispensed twice")
    return found


def deposited(kiosk: Kiosk, sessions: list[str], kept: int) -> list[str]:
    """More than stayed inside never is credited; less only if a dispute is open. The ledger's word, not the answer's."""
    booked = rows(
        kiosk, "SELECT reference, amount_fen FROM entries JOIN requests ON request_id = reference "
        "WHERE kind = 'deposit' AND account LIKE ?", CUSTOMERS + "%",
    )  # fmt: skip
    answers = {
        orjson.loads(row["answer"])["status"]
        for row in rows(kiosk, "SELECT * FROM requests WHERE kind = 'deposit'")
        if str(row["request_id"]).startswith(tuple(sessions))
    }
    credited = sum(row["amount_fen"] for row in booked if str(row["reference"]).startswith(tuple(sessions)))
    if answers == {"credited"} and kept == credited == AMOUNT_FEN:
        return unless_shown(kiosk, REPLIES["deposit_done"]["zh"].lead)
    if "disputed" in answers and credited <= kept:
        case = next(str(effect["deposit_id"]) for effect in effects(kiosk, sessions, "cashin.start"))
        return unless_shown(kiosk, case) + unless_escalated(kiosk, sessions)
    if not answers and kept == 0 and not effects(kiosk, sessions, "cashin.start"):
        return []  # as for a withdrawal
    if not answers and kept == 0:
        leads = [REPLIES[key]["zh"].lead for key in ("deposit_returned", "deposit_none", "deposit_unavailable")]
        return (
            []
            if any(lead in shown for lead in leads for shown in kiosk.shown)
            else ["the screen does not say how it ended"]
        )
    return [f"{kept} fen stayed inside, {credited} credited, the bank says {answers or 'nothing'}"]


def rows(kiosk: Kiosk, query: str, *values: object) -> list[dict[str, object]]:
    return [dict(row) for row in kiosk.bank.ledger.connection.execute(query, values)]


def effects(kiosk: Kiosk, sessions: list[str], kind: str) -> list[dict[str, object]]:
    journal = kiosk.journal()
    found = [to_data(effect) for session in sessions for effect in journal.effects(session)]
    journal.close()
    return [effect for effect in found if effect["type"] == kind]


def unless_shown(kiosk: Kiosk, words: str) -> list[str]:
    return [] if any(words in shown for shown in kiosk.shown) else [f"the screen never said “{words}”"]


def unless_escalated(kiosk: Kiosk, sessions: list[str]) -> list[str]:
    journal = kiosk.journal()
    told = [row.type for row in journal.outbox(10_000) if row.session_id in sessions]
    journal.close()
    return [] if "handover.escalate" in told else [f"no teller was called, only {sorted(set(told))}"]
