"""Judges how a scenario ended: by the bank's ledger, the machines' own counts, the journal and the screen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import orjson

from firmware_bridge.simulator.notes import value
from guitai.errors import GuitaiError
from guitai.messages.bank import DepositOutcome, PostTransfer, TransferOutcome
from guitai.messages.business import OrderOutcome, PlaceOrder
from guitai.messages.card import RecordRetention
from guitai.messages.codec import to_data
from guitai.messages.handover import Escalate
from guitai.messages.session import CloseSession
from guitai.messages.sync import GENESIS, OutboxRow, chain_hash
from guitai.messages.view import View
from guitai.scenarios import inner
from guitai.scenarios.judge import Miss
from guitai.scenarios.model import UI_MODES, Outcome, Scenario
from guitai.scenarios.people import STATUS
from guitai.scenarios.stage import Stage
from guitai.scenarios.watch import Stepped, effects_of, events_of, says, states_of, told, views_of
from guitai.tables import Lane
from headquarters.bank.ledger import INTEREST, RETURNS
from headquarters.bank.oracle import Picture

EMPTY_SCREENS = frozenset({"attract", "out_of_service", "technician"})
MOST_ROWS = 100_000


@dataclass(frozen=True, slots=True)
class Standing:
    """How things stood when the script was over, before the customer had gone for good."""

    view: View | None
    card_with: str
    """customer, device or retained."""

    wiped: bool
    """Whether nothing of the customer's is on the screen: it is empty, or says nothing but that the card is to be taken."""


@dataclass(frozen=True, slots=True)
class Ending:
    """The same, and what bank and machines count once the session is over."""

    view: View | None
    card_with: str
    wiped: bool
    picture: Picture
    card_state: str
    account_state: str
    retracted_fen: int
    taken_fen: int


def standing_of(stage: Stage) -> Standing:
    """Look at screen and card."""
    reader = stage.machines.reader
    where = "retained" if reader.retained else "device" if reader.slot != "empty" else "customer"
    view = stage.watch.view
    wiped = view is not None and (view.screen in EMPTY_SCREENS or stage.core.state.stage == "ending")
    return Standing(view, where, wiped)


def ending_of(stage: Stage, standing: Standing) -> Ending:
    """Count everything."""
    return Ending(
        standing.view, standing.card_with, standing.wiped, stage.bank.picture(stage.token),
        _told_by_bank(stage, "cards", "status"), _told_by_bank(stage, "account_info", "status"),
        value(stage.machines.cash.retract), sum(value(one.notes) for one in stage.body.taken),
    )  # fmt: skip


def resolved(stage: Stage) -> bool:
    """Whether the last session got the customer what they came for, and they did not say otherwise."""
    closed = stage.watch.effects(CloseSession)
    return bool(closed) and inner.resolved(closed[-1].outcome) and closed[-1].satisfied is not False


def judge_outcome(stage: Stage, end: Ending, wanted: Outcome, logged: list[dict[str, Any]]) -> Iterator[Miss]:
    """Yield every key of the outcome that is not as the script says. Call it once the session is over."""
    found = {name: look(stage, end, wanted) for name, look in LOOKS.items() if getattr(wanted, name) is not None}
    for name, value_found in found.items():
        meant = getattr(wanted, name)
        if name == "card_state":
            meant = STATUS.get(meant, meant)
        if value_found != meant:
            yield Miss(0, name, str(meant), str(value_found))
    yield from _words(stage, end, wanted, logged)


def _words(stage: Stage, end: Ending, wanted: Outcome, logged: list[dict[str, Any]]) -> Iterator[Miss]:
    sights = stage.watch.sights
    if wanted.asked_twice is not None and (again := asked_twice(stage, wanted)):
        yield Miss(0, "asked_twice", str(list(wanted.asked_twice)), str(list(again)))
    if wanted.handover_history_min_turns is not None:
        most = max((len(one.bundle.transcript) for one in effects_of(sights, Escalate)), default=0)
        if most < wanted.handover_history_min_turns:
            yield Miss(0, "handover_history_min_turns", str(wanted.handover_history_min_turns), str(most))
    for gist in (wanted.advise,) if isinstance(wanted.advise, str) else wanted.advise or ():
        if not says(gist, told(sights, end.view)):
            yield Miss(0, "advise", gist, "never said or shown")
    if wanted.log_must_not_contain:
        kept = _everything_kept(stage, logged)
        for text in wanted.log_must_not_contain:
            if text in kept:
                yield Miss(0, "log_must_not_contain", f"not {text}", "it stands in journal, outbox or log")


def asked_twice(stage: Stage, wanted: Outcome) -> tuple[str, ...]:
    """Return the slots that were asked for again after they had been given, without those that may be."""
    fine = {inner.canonical(slot) for slot in wanted.asked_twice or ()}
    return tuple(slot for slot in inner.given_again(states_of(stage.watch.sights)) if slot not in fine)


def _told_by_bank(stage: Stage, kind: str, field: str) -> str:
    try:
        answer = stage.bank.business.inquire(kind, stage.token, {})
    except GuitaiError:
        return "unknown"
    rows = [answer.get("fields") or {}, *answer.get("rows", ())]
    own = [row for row in rows if row.get("card_tail", stage.owner.card[-4:]) == stage.owner.card[-4:]]
    return str(next((row[field] for row in own if field in row), "unknown"))


def _moved(_stage: Stage, end: Ending, wanted: Outcome) -> int:
    """Return what the customer moved; interest and yield the bank adds to it are no move of theirs."""
    return sum(
        movement.amount
        for movement in end.picture.movements
        if (wanted.direction is None or movement.direction == wanted.direction)
        and not (movement.direction == "in" and movement.account in (INTEREST, RETURNS))
    )


def _pending(stage: Stage, end: Ending, wanted: Outcome) -> int:
    return pending_of(end.picture, wanted.pending_fen, may_hold=wants_hold(stage.scenario))


def _moved_or_pending(stage: Stage, end: Ending, wanted: Outcome) -> int:
    moved, meant = _moved(stage, end, wanted), wanted.moved_or_pending_fen or 0
    return moved + pending_of(end.picture, meant - moved, may_hold=wants_hold(stage.scenario))


def pending_of(picture: Picture, wanted: int | None, *, may_hold: bool) -> int:
    """Return what is on its way, in fen, with what the bank holds: it has neither arrived nor been called off.

    A script that wants a hold may count the held money or not: the format does not say. No other script forgives one.
    """
    return picture.delayed if may_hold and wanted == picture.delayed else picture.pending()


def wants_hold(scenario: Scenario) -> bool:
    """Whether a script wants money to be held, or allows it."""
    expects = [turn.expect for turn in scenario.turns if turn.expect is not None]
    return bool(scenario.outcome.frozen) or any("freeze" in (e.action, *(e.action_also_ok or ())) for e in expects)


def _disputed(stage: Stage, end: Ending, _wanted: Outcome) -> bool:
    sights = stage.watch.sights
    return (
        end.picture.disputed > 0
        or "disputed" in end.picture.statuses.values()
        or any(one.status == "disputed" for one in events_of(sights, DepositOutcome))
        or any(one.kind == "dispute_charges" for one in effects_of(sights, PlaceOrder))
    )


def _debits_fit(stage: Stage, end: Ending, wanted: Outcome) -> bool:
    paid = sum(one.amount for one in end.picture.movements if one.account == "cash_paid")
    return end.picture.reserved == 0 and (paid == end.taken_fen or _disputed(stage, end, wanted))


def _once(stage: Stage, _end: Ending, _wanted: Outcome) -> bool:
    """Whether every row for headquarters is there once, in sequence, and the chain is whole."""
    daemon = stage.core.daemon
    if daemon is None:
        return False
    rows = daemon.journal.outbox(MOST_ROWS)
    lengths = daemon.journal.lane_lengths()
    lanes: dict[Lane, list[OutboxRow]] = {}
    for row in rows:
        lanes.setdefault(row.lane, []).append(row)
    unique = len({row.id for row in rows}) == len(rows)
    return unique and all(_chained(lane_rows, lengths[lane]) for lane, lane_rows in lanes.items())


def _chained(rows: list[OutboxRow], length: int) -> bool:
    previous = GENESIS
    for number, row in enumerate(sorted(rows, key=lambda one: one.sequence), 1):
        told_hash = chain_hash(previous, row.lane, row.sequence, row.id, row.type, row.session_id, row.at_ms, row.body)
        if row.sequence != number or row.previous_hash != previous or row.hash != told_hash:
            return False
        previous = row.hash
    return len(rows) == length


def _served_view(stage: Stage) -> View | None:
    """Return the last screen of a session."""
    return next((view for view in reversed(views_of(stage.watch.sights)) if view.screen not in EMPTY_SCREENS), None)


def _mode(stage: Stage, _end: Ending, wanted: Outcome) -> str:
    view, mode = _served_view(stage), wanted.ui_mode or ""
    is_large = view is not None and view.large
    return mode if UI_MODES.get(mode, True) == is_large else ("large" if is_large else "normal")


def _language(stage: Stage, _end: Ending, wanted: Outcome) -> str:
    view = _served_view(stage)
    language = view.language if view is not None else "zh"
    meant = wanted.language_end or ""
    return meant if meant.lower().startswith(language) else language


def _everything_kept(stage: Stage, logged: list[dict[str, Any]]) -> str:
    steps = [sight for sight in stage.watch.sights if isinstance(sight, Stepped)]
    kept = [to_data(message) for step in steps for message in (step.event, *step.effects)]
    daemon = stage.core.daemon
    rows = [row.body for row in daemon.journal.outbox(MOST_ROWS)] if daemon is not None else []
    return orjson.dumps([kept, rows]).decode() + "\n".join(map(str, logged))


def _frozen(stage: Stage, end: Ending, _wanted: Outcome) -> bool:
    """Whether money was held and nobody let it go: a teller who rejects it leaves the hold's work done."""
    sights = stage.watch.sights
    held = {one.request_id for one in events_of(sights, TransferOutcome) if one.status == "held"}
    held |= {one.request_id for one in events_of(sights, OrderOutcome) if one.status == "held"}
    rejected = any(end.picture.statuses.get(id_) == "refused" for id_ in held)
    return end.account_state == "frozen" or end.picture.held > 0 or rejected


Look = Callable[[Stage, Ending, Outcome], object]
LOOKS: dict[str, Look] = {
    "resolved": lambda stage, _end, _wanted: resolved(stage),
    "money_moved_fen": _moved,
    "pending_fen": _pending,
    "moved_or_pending_fen": _moved_or_pending,
    "handed_to_human": lambda stage, _end, _wanted: bool(stage.watch.effects(Escalate)),
    "frozen": _frozen,
    "card_with": lambda _stage, end, _wanted: end.card_with,
    "card_state": lambda _stage, end, _wanted: end.card_state,
    "dispute_open": _disputed,
    "retracted_fen": lambda _stage, end, _wanted: end.retracted_fen,
    "retain_bin_recorded": lambda stage, end, _wanted: (
        bool(stage.watch.effects(RecordRetention)) if end.card_with == "retained" else end.retracted_fen > 0
    ),
    "ledger_debit_equals_taken_or_dispute": _debits_fit,
    "dispense_commands": lambda stage, _end, _wanted: stage.commands.count("CashDispenser.Dispense command"),
    "hq_events_exactly_once": _once,
    "screen_cleared": lambda _stage, end, _wanted: end.wiped,
    "ui_mode": _mode,
    "language_end": _language,
    "recalled_fen": lambda _stage, end, _wanted: end.picture.recalled,
    "transfer_requests_distinct": lambda stage, _end, _wanted: len(
        {one.request_id for one in stage.watch.effects(PostTransfer)}
    ),
    "in_service_after": lambda stage, _end, _wanted: (
        stage.watch.view is not None and stage.watch.view.screen != "out_of_service"
    ),
}
"""How each key is looked up; the others are judged by `_words`."""
