"""A receipt at the end of an errand: the customer has it printed, scans it with a phone, or wants none. Pure."""

from __future__ import annotations

import base64
import hashlib
import re
from dataclasses import replace

from guitai.dialogue import asides
from guitai.dialogue.beside import Receipt
from guitai.dialogue.data import LABELS
from guitai.dialogue.speak import say_beside
from guitai.dialogue.state import SLIP, Session, Step, Task
from guitai.messages.device import OfferReceipt, PrintReceipt
from guitai.messages.view import ChoicePart, CountdownPart, Option, Part, QrPart, TextPart

PENDING = "print"
"""Kind of the pending request."""

REFERENCE_BYTES = 10
GROUP = 4
_PAPER = re.compile(r"回单|凭条|小票|收据|单子|打一?[张份个]|打印|打出来|\breceipt\b|\bprint\b")
_PHONE = re.compile(r"扫码|扫一?扫|二维码|存(?:到|进|在)?手机|手机存|\bscan\b|\bphone\b")
_SAVED = re.compile(r"存好|好了|扫好|扫完|扫到|可以了|行了|完了|\bdone\b|\bgot it\b|\bready\b")


def ready(session: Session, title: str, lines: tuple[str, ...]) -> Session:
    """Return the session with a receipt that the customer is asked about; none if no way leads to it, or none is wanted."""
    task = session.task
    assert task is not None
    if task.slot(SLIP) or not (may_print(session) or session.receipts_url):
        return session
    return session.but(task=replace(task, receipt=Receipt(title, lines)))


def may_print(session: Session) -> bool:
    """Whether paper comes out."""
    return "printer" not in session.broken


def parts(session: Session) -> tuple[Part, ...]:
    """Return the question below an errand's result, or what became of it."""
    receipt = _of(session)
    if receipt is None or receipt.chosen == "none":
        return ()
    if receipt.chosen == "paper":
        return (TextPart(_label(session, "receipt_printed"), "label", "print"),)
    options = (
        *((Option("receipt:paper", _label(session, "receipt_paper"), icon="print"),) if may_print(session) else ()),
        *((Option("receipt:phone", _label(session, "receipt_phone"), icon="qr"),) if session.receipts_url else ()),
        Option("receipt:none", _label(session, "receipt_none"), icon="x"),
    )
    if len(options) == 1:
        return ()
    return (TextPart(_label(session, "receipt_ask"), "label"), ChoicePart(options, "grid"))


def code_parts(session: Session, countdown: CountdownPart) -> tuple[Part, ...]:
    """Return the code to be scanned: an address with a reference, nothing of the customer's."""
    receipt = _of(session)
    assert receipt is not None
    done = Option("receipt:done", _label(session, "receipt_done"), icon="check", style="primary")
    text = session.receipts_url + receipt.reference
    return (QrPart(text, _label(session, "receipt_once")), countdown, ChoicePart((done,)))


def code_words(session: Session) -> tuple[str, str]:
    """Return what the screen says above the code."""
    return _label(session, "receipt_scan"), _label(session, "receipt_scan_more")


def pressed(session: Session, choice: str) -> Step:
    """Take what a finger or words chose; what does not fit the moment does nothing."""
    task, receipt = session.task, _of(session)
    if task is None or receipt is None:
        return session, ()
    if session.stage == "receipt":
        return (session.but(stage="result"), ()) if choice == "done" else (session, ())
    if session.stage != "result" or receipt.chosen == "paper":
        return session, ()
    match choice:
        case "paper" if may_print(session):
            session, request_id = _with(session, task, replace(receipt, chosen="paper")).asks(PENDING)
            session, words = say_beside(session, _label(session, "receipt_take"))
            return session, (PrintReceipt(request_id, receipt.title, receipt.lines), *words)
        case "phone" if session.receipts_url:
            return _on_screen(session, task, receipt)
        case "none":
            return _with(session, task, replace(receipt, chosen="none")), ()
    return session, ()


def said(session: Session, text: str) -> Step | None:
    """Return what words about the receipt do; None where they are about something else."""
    receipt = _of(session)
    if receipt is None:
        return None
    text = text.lower()
    if session.stage != "result" or receipt.chosen in ("paper", "none"):
        return None
    if asides.no_slip(text):
        return pressed(session, "none")
    if _PHONE.search(text) and session.receipts_url:
        return pressed(session, "phone")
    return pressed(session, "paper") if _PAPER.search(text) and may_print(session) else None


def saved(text: str) -> bool:
    """Whether the customer says that the code was scanned."""
    return bool(_SAVED.search(text.lower()))


def failed(session: Session) -> Session:
    """The printer did not do it: the customer is asked again, without the paper."""
    task, receipt = session.task, _of(session)
    if task is None or receipt is None or receipt.chosen != "paper":
        return session
    return _with(session, task, replace(receipt, chosen=""))


def _on_screen(session: Session, task: Task, receipt: Receipt) -> Step:
    offered: tuple[object, ...] = ()
    if not receipt.reference:
        session, request_id = session.new_id("receipt")
        receipt = replace(receipt, reference=reference(session.receipt_seed, request_id))
        offered = (OfferReceipt(receipt.reference, receipt.title, receipt.lines),)
    session = _with(session, task, replace(receipt, chosen="phone")).but(stage="receipt")
    lead, more = code_words(session)
    session, words = say_beside(session, (lead + more).replace("*", ""))
    return session, (*offered, *words)


def reference(seed: str, request_id: str) -> str:
    """Return sixteen letters and figures in groups of four, which tell nothing and cannot be guessed without the seed."""
    digest = hashlib.sha256(f"{seed} {request_id}".encode()).digest()[:REFERENCE_BYTES]
    plain = base64.b32encode(digest).decode()
    return "-".join(plain[at : at + GROUP] for at in range(0, len(plain), GROUP))


def _label(session: Session, key: str) -> str:
    return LABELS[key][0 if session.language == "zh" else 1]


def _of(session: Session) -> Receipt | None:
    return session.task.receipt if session.task is not None else None


def _with(session: Session, task: Task, receipt: Receipt) -> Session:
    return session.but(task=replace(task, receipt=receipt))
