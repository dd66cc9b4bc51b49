"""view(state): the screen as a pure function of the session; window and teller's browser render the same parts."""

from __future__ import annotations

from dataclasses import replace

from guitai.dialogue import ease, receipt, trays
from guitai.dialogue.cover import covered
from guitai.dialogue.data import FLOWS
from guitai.dialogue.parts import amount_part, asked, changing, confirm, going_on, label, menu, shown, waiting
from guitai.dialogue.question_parts import question
from guitai.dialogue.repair import CHANGE, topic_of
from guitai.dialogue.services import ORDERS
from guitai.dialogue.speak import lead_and_more, spoken_text
from guitai.dialogue.state import Deposit, Session, Stage, Task
from guitai.dialogue.takeover_parts import asks_video, case_part, queue_parts, teller_parts, typed_field, video_question
from guitai.dialogue.words import account_tail, masked
from guitai.messages.view import (
    BarItem,
    ChoicePart,
    CountdownPart,
    EntryPart,
    Hearing,
    ListPart,
    Option,
    Part,
    PicturePart,
    Row,
    Screen,
    TextPart,
    View,
)
from guitai.money import FEN_PER_YUAN, format_yuan

SPINE = ("transfer", "withdraw", "deposit", "balance")
"""What stands on the first page; everything else is under 更多业务."""

MOST_SPINE = 4
"""Buttons of the first page beside 更多业务 and the way out."""

SMS_DIGITS = 6
PIN_DIGITS = 6
_SCREENS: dict[Stage, Screen] = {
    "idle": "attract", "closed": "attract", "open": "conversation", "slot": "form", "card": "insert_card", "id_card": "insert_card",
    "pin": "pin", "confirm": "confirm", "question": "risk_question", "sms": "sms_code", "working": "processing",
    "take_card": "take_card", "take_cash": "take_cash", "insert_notes": "insert_card", "take_back": "take_cash",
    "waiting": "waiting", "held": "hold", "teller": "teller",
    "result": "satisfaction", "receipt": "receipt", "offer": "conversation", "still_there": "message", "ending": "message",
}  # fmt: skip
_HIDDEN_MIC: frozenset[Stage] = frozenset({"pin", "sms"})
_PRIVATE: frozenset[Stage] = frozenset({"slot", "confirm", "question", "result", "take_cash"})
"""Where amounts and names stand."""

_CALM: frozenset[Stage] = frozenset({"held", "question", "teller"})


def view(state: Session, branch_name: str) -> View:
    """Return what the customer sees in a state."""
    shown = _whole(state, branch_name)
    private = state.company and not state.uncovered and state.stage in _PRIVATE
    shown = covered(shown, label(state, "unveil")) if private else shown
    return ease.asked(state, shown) if state.easing else shown


def heard(state: Session, branch_name: str) -> View | None:
    """Return the screen for who hears it alone: nothing is covered, `captions` are the words that are being said.

    None while nobody does.
    """
    if not state.ear or state.stage in ("idle", "closed"):
        return None
    spoken = (spoken_text(state),) if state.speak_id else ()
    whole = replace(_whole(state, branch_name), captions=spoken)
    return ease.asked(state, whole) if state.easing else whole


def _whole(state: Session, branch_name: str) -> View:
    """Return the screen as if nobody else stood close."""
    screen = _SCREENS[state.stage]
    if state.stage == "ending" and state.card != "none":
        screen = "take_card"
    elif _silent(state):
        screen = "processing"
    elif trays.lies(state):
        screen = "document"
    elif state.stage == "slot" and state.asking != "account":
        screen = "conversation"
    elif asks_video(state):
        screen = "video_consent"
    lead, more = _words(state)
    human = state.handover if state.attended else None
    return View(
        screen=screen,
        lead=lead,
        more=more,
        tone="hold" if state.stage in ("held", "teller") else "lamp",
        face="calm" if state.stage in _CALM or state.anxiety.gentle else "smile",
        teller_name=human.teller_name if human is not None else "",
        teller_lost=human is not None and human.lost,
        listener_name=human.listener_name if human is not None else "",
        recorded=human is not None and human.recording_id != "",
        mic="hidden" if state.stage in _HIDDEN_MIC else "shut" if state.stage in ("idle", "closed") else "open",
        hearing=_hearing(state),
        parts=_parts(state),
        bar=_bar(state),
        branch=branch_name,
        online=state.online,
        large=state.large,
        high_contrast=state.high_contrast,
        low=state.low,
        language=state.language,
        captions=_captions(state, lead, more),
    )


def _words(state: Session) -> tuple[str, str]:
    if asks_video(state):
        return video_question(state)
    if state.stage == "receipt":
        return receipt.code_words(state)
    return (label(state, "veiled"), "") if state.veiled else lead_and_more(state)


def _captions(state: Session, lead: str, more: str) -> tuple[str, ...]:
    """Return the words being spoken while they are the words on the screen; others would only be in the way."""
    spoken = spoken_text(state)
    return (spoken,) if state.speak_id and spoken == (lead + more).replace("*", "") else ()


def _hearing(state: Session) -> Hearing | None:
    if (
        _silent(state)
        or typed_field(state)
        or state.stage not in ("open", "slot", "question", "result", "teller", "waiting")
    ):
        return None
    return Hearing(state.hearing, state.heard)


def _bar(state: Session) -> tuple[BarItem, ...]:
    moving = state.stage in ("working", "take_card", "take_cash", "take_back", "ending", "held", "teller", "waiting")
    typing = typed_field(state) is not None
    return (
        BarItem("human", label(state, "human"), "human", enabled=not state.attended),
        BarItem(
            "back",
            label(state, "back"),
            "back",
            enabled=typing or (not moving and state.stage not in ("idle", "closed")),
        ),
        BarItem("large", label(state, "normal" if state.large else "large"), "big", on=state.large),
        BarItem("ease", label(state, "ease"), "sun", on=state.easing),
        BarItem("repeat", label(state, "repeat"), "again"),
        BarItem("language", label(state, "language"), "lang"),
    )


def _parts(state: Session) -> tuple[Part, ...]:
    task = state.task
    match state.stage:
        case "idle" | "closed":
            return _services(state)
        case "open":
            return _open(state)
        case "slot" if task is not None:
            return trays.shown(state) + _slot(state, task)
        case "card":
            return (PicturePart("insert_card", label(state, "card_slot")), _end(state))
        case "id_card":
            return (PicturePart("id_card", label(state, "id_card_place")), _end(state))
        case "pin":
            count = EntryPart("pin", label(state, "pin_label"), PIN_DIGITS, state.pin_count, True, "pin_pad")
            return (
                count,
                PicturePart("pin_pad", label(state, "pin_note")),
                _choice(state, "back", "pin_cancel", "card"),
            )
        case "confirm" if task is not None:
            return _release(state, _confirm(state, task)) if state.releasing else _confirm(state, task)
        case "question" if task is not None:
            return question(state, task)
        case "sms" if task is not None:
            note = TextPart(label(state, "sms_to", tail=task.phone_tail), "label")
            return (note, EntryPart("sms", label(state, "sms_label"), SMS_DIGITS, secret=True))
        case "working" if trays.lies(state):
            return trays.shown(state)
        case "working":
            return (_working(state),)
        case "take_card":
            return (_steps(state, 0), PicturePart("take_card", label(state, "card_slot")), _countdown(state))
        case "take_cash":
            return (_steps(state, 1), PicturePart("take_cash", label(state, "cash_slot")), _countdown(state))
        case "insert_notes":
            picture = PicturePart("insert_notes", label(state, "notes_slot"))
            return (picture, _countdown(state), _choice(state, "back", "end_no_card", "x"))
        case "take_back":
            return (PicturePart("take_cash", label(state, "cash_slot")), _countdown(state))
        case "held":
            return _held(state)
        case "waiting" if _silent(state):
            return (_working(state), _choice(state, "end", "end_no_card", "x"))
        case "waiting":
            return (*queue_parts(state), _choice(state, "end", "wait_end", "x"))
        case "teller":
            return teller_parts(state)
        case "result":
            return _result(state)
        case "receipt":
            return receipt.code_parts(state, _countdown(state))
        case "offer":
            return _offer(state)
        case "still_there":
            stay = Option("stay", label(state, "stay"), icon="hand", style="primary")
            leave = Option("end", label(state, "leave"), icon="x")
            return (_countdown(state), ChoicePart((stay, leave)))
        case "ending" if state.card == "none":
            return case_part(state)
        case "ending":
            return (*case_part(state), PicturePart("take_card", label(state, "card_slot")), _countdown(state))
        case _:
            return ()


def _working(state: Session) -> TextPart:
    """Return what to mind meanwhile: of the card only to who has one in the machine."""
    return TextPart(label(state, "working_note" if state.card == "inside" else "working_note_no_card"), "note", "clock")


def _silent(state: Session) -> bool:
    """Whether a human is waited for of whom nothing may show: the screen is that of any work."""
    return state.stage == "waiting" and not state.attended


def _services(state: Session) -> tuple[Part, ...]:
    rows = tuple(
        Row(label(state, f"start_{kind}"), label(state, f"start_{kind}_note"), icon=FLOWS[kind].icon)
        for kind in ("withdraw", "deposit", "transfer", "balance")
    )
    begin = Option("begin", label(state, "start_touch"), icon="hand", style="primary")
    return (ListPart(rows, "services"), ChoicePart((begin,)), ChoicePart(ease.options(state), "grid"))


def _open(state: Session) -> tuple[Part, ...]:
    if state.clarify:
        return (ChoicePart(tuple(_meant(state, intent) for intent in state.clarify)), _end(state))
    if state.page:
        return (TextPart(label(state, _hint(state)), "label"), menu(state))
    options = [*waiting(state)] if state.online else []
    options += [
        Option(f"start:{kind}", label(state, f"start_{kind}"), label(state, f"start_{kind}_note"), FLOWS[kind].icon)
        for kind in SPINE
        if kind not in {task.kind for task in state.later}
    ]
    options = options[:MOST_SPINE]
    options.append(Option("menu:all", label(state, "more_business"), icon="ask"))
    end = "end" if state.card == "inside" else "end_no_card"
    options.append(Option("end", label(state, end), icon="card" if state.card == "inside" else "x", style="minor"))
    note = (TextPart(label(state, "line_note"), "note", "net"),) if not state.online else ()
    return (*note, TextPart(label(state, _hint(state)), "label"), ChoicePart(tuple(options)))


def _meant(state: Session, intent: str) -> Option:
    return Option(f"clarify:{intent}", topic_of(intent, state.language))


def _hint(state: Session) -> str:
    """Return the key of the small line above the choices: a worried customer is given time, and offered larger words."""
    if not state.anxiety.gentle:
        return "say_or_tap"
    return "no_hurry_large" if state.large else "no_hurry"


def _slot(state: Session, task: Task) -> tuple[Part, ...]:
    if task.kind != "transfer" or state.asking != "account":
        return (TextPart(label(state, _hint(state)), "label"), *asked(state, task), _end(state))
    said = label(state, "heard_source")
    rows = (
        Row(label(state, "form_payee"), task.slot("payee") or "", said, "done"),
        Row(label(state, "form_amount"), f"{format_yuan(task.amount())} {label(state, 'yuan')}", said, "done"),
    )
    return (ListPart(rows, "form"), EntryPart("account", label(state, "account_label"), 0))


def _confirm(state: Session, task: Task) -> tuple[Part, ...]:
    if task.deposit is not None:
        return _confirm_deposit(state, task.deposit)
    if state.saying.key == CHANGE:
        return changing(state, task)
    if task.kind not in SPINE:
        return confirm(state, task)
    transfer = task.kind == "transfer"
    amount = amount_part(state, label(state, "amount_out" if transfer else "amount_cash"), task.amount())
    card = Row(label(state, "row_card"), f"{label(state, 'tail')} {state.card_tail}")
    rows: tuple[Row, ...] = (card, Row(label(state, "row_fee"), label(state, "free")))
    if transfer:
        note = label(state, "saved_payee" if task.slot("saved") else "first_time")
        tail = f"{label(state, 'tail')} {account_tail(task.slot('account') or '')}"
        rows = (
            Row(label(state, "row_payee"), masked(task.slot("payee") or "")),
            Row(label(state, "row_account"), tail, note),
            Row(label(state, "row_arrival"), label(state, "arrives_now")),
        )
    yes = Option("confirm", label(state, f"confirm_{task.kind}"), icon="check", style="primary")
    change = Option("change", label(state, "change"), icon="edit")
    return (amount, ListPart(rows), ChoicePart((change, yes), "pair"))


def _release(state: Session, parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Return a confirmation of what a teller would let go: its values stand, so it is yes or no."""
    no = Option("cancel", label(state, "release_no"), icon="x")
    yes = Option("confirm", label(state, "release_yes"), icon="check", style="primary")
    return (*(part for part in parts if not isinstance(part, ChoicePart)), ChoicePart((no, yes), "pair"))


def _confirm_deposit(state: Session, deposit: Deposit) -> tuple[Part, ...]:
    amount = amount_part(state, label(state, "amount_deposit"), deposit.amount)
    counts = "，".join(
        label(state, "note_count", value=str(note // FEN_PER_YUAN), count=str(n)) for note, n in deposit.counts
    )
    card = Row(label(state, "row_card"), f"{label(state, 'tail')} {state.card_tail}", counts)
    options = (
        Option("confirm", label(state, "confirm_deposit"), icon="check", style="primary"),
        Option("more_notes", label(state, "more_notes"), icon="cash"),
        Option("back", label(state, "give_back"), icon="x"),
    )
    return (amount, ListPart((card,)), ChoicePart(options))


def _held(state: Session) -> tuple[Part, ...]:
    rows = (
        _stopped(state),
        Row(label(state, "held_2"), "", label(state, "held_2_note"), "current"),
        Row(label(state, "held_3"), "", label(state, "held_3_note"), "later"),
    )
    transfer = state.task is not None and state.task.kind == "transfer"
    back = Option("end", label(state, "end_hold" if transfer else "end_hold_order"), icon="card")
    return (ListPart(rows, "steps"), ChoicePart((back,)), TextPart(label(state, "held_help"), "label", "spk"))


def _stopped(state: Session) -> Row:
    """Return what is held: money that would have left, or a change, of which a sum that was named is not in the account."""
    task = state.task
    leaves = task is not None and task.order is not None and ORDERS[task.order.kind].money == "out"
    if task is None or (task.kind != "transfer" and not leaves):
        return Row(label(state, "held_order"), "", label(state, "held_order_note"), "done")
    note = label(state, "held_1_note", amount=format_yuan(task.amount()))
    return Row(label(state, "held_1" if task.kind == "transfer" else "held_pay"), "", note, "done")


def _result(state: Session) -> tuple[Part, ...]:
    task = state.task
    parts: tuple[Part, ...] = ()
    if state.veiled:
        parts = (ChoicePart((Option("unveil", label(state, "unveil"), icon="hand"),)),)
    elif task is not None and task.balance is not None:
        parts = (amount_part(state, label(state, "balance"), task.balance),)
    elif task is not None:
        parts = shown(state, task)
    no = Option("solved:no", label(state, "solved_no"), icon="neutral")
    yes = Option("solved:yes", label(state, "solved_yes"), icon="smile")
    paper = () if state.veiled else receipt.parts(state)
    return (*parts, *going_on(state), ChoicePart((no, yes), "pair"), *paper)


def _offer(state: Session) -> tuple[Part, ...]:
    options = (
        Option("offer:yes", label(state, "offer_yes"), icon="check", style="primary"),
        Option("offer:no", label(state, "offer_no"), icon="x"),
        Option("offer:never", label(state, "offer_never"), style="minor"),
    )
    return (ChoicePart(options),)


def _steps(state: Session, now: int) -> ListPart:
    first, second = label(state, "step_card"), label(state, "step_cash")
    if now == 0:
        return ListPart((Row(first, "", state="current"), Row(second, "", state="later")), "steps")
    return ListPart((Row(first, "", state="done"), Row(second, "", state="current")), "steps")


def _countdown(state: Session) -> CountdownPart:
    return CountdownPart(
        state.timer_ends_ms, state.timer_total_ms, label(state, "left"), extend_label=label(state, "more_time")
    )


def _end(state: Session) -> ChoicePart:
    return _choice(state, "back", "end_no_card", "x")


def _choice(state: Session, target: str, words: str, icon: str) -> ChoicePart:
    return ChoicePart((Option(target, label(state, words), icon=icon, style="minor"),))
