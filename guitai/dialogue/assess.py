"""Gathers what the session knows into the risk sum and records the decision."""

from __future__ import annotations

from guitai.dialogue.questions import COUNTERPARTY
from guitai.dialogue.state import Mode, Session, Step, Task
from guitai.messages.risk import RecordRisk, RiskContext
from guitai.messages.voice import Strength
from guitai.risk.conversation import STRENGTHS
from guitai.risk.decision import assess as weigh
from guitai.risk.payees import sign_of
from guitai.risk.rules import Rules, parse, shipped

_GUARDS = frozenset({"card_reader", "pin_pad"})
"""Devices that tell who the customer is."""

WORDS = "words"
"""The business of a decision on what was said where no errand was begun."""


def assess(session: Session) -> Step:
    """Compute R for the task at hand, or for words alone; the decision is journalled whatever follows from it.

    A challenger's rules, if there are any, decide beside; nothing follows from what they say.
    """
    session, risk_ref = session.new_id("risk")
    task, context = session.task, context_of(session)
    decision = weigh(context, rules_of(session), session.given_r)
    shadow = weigh(context, parse(session.shadow_rules)) if session.shadow_rules else None
    errand = 0 if task is None else task.number or session.errands + 1
    record = RecordRisk(risk_ref, decision, context, shadow, session.models_hash, errand)
    suspected = session.suspected or decision.level != "low"
    return session.but(risk=decision, risk_ref=risk_ref, suspected=suspected, weighed=context), (record,)


def rules_of(session: Session) -> Rules:
    """Return the rules this session decides by."""
    return parse(session.risk_rules) if session.risk_rules else shipped()


def mode_of(session: Session) -> Mode:
    """Return when money may leave now: a day later where the decision says so, whatever was answered since."""
    assert session.task is not None
    delayed = session.risk is not None and "delay_24h" in session.risk.actions
    return "delay_24h" if delayed else session.task.mode


def signs_of(session: Session) -> tuple[Strength, tuple[str, ...]]:
    """Return how strongly the customer's words, or a new payee's name, tell of a fraud, and what tells it."""
    said, task = session.scam, session.task
    payee = task.slot("payee") or "" if task is not None and task.slot("saved") is None else ""
    named = sign_of(payee)
    if named == "none":
        return said.strength, said.evidence
    return max(said.strength, named, key=STRENGTHS.index), (*said.evidence, payee)


def _first_payee(session: Session, task: Task) -> bool:
    """Return whether the money would go to somebody new; who has no saved payee can name nobody else."""
    if task.kind != "transfer":
        return False
    if task.slot("payee") is None:
        return session.customer is not None and not session.customer.payees
    return task.slot("saved") is None


def context_of(session: Session) -> RiskContext:
    """Return the facts; with the line down the customer's are unknown and count as such."""
    task, customer = session.task or Task(WORDS), session.customer
    strength, evidence = signs_of(session)
    return RiskContext(
        amount=task.amount(),
        card_region=customer.card_region if customer else None,
        branch_region=session.branch_region,
        first_payee=_first_payee(session, task),
        typical_transfer=customer.typical_transfer if customer and task.kind == "transfer" else None,
        large_transfers_24h=customer.large_transfers_24h if customer else 0,
        scam_score=session.scam.score,
        scam_strength=strength,
        scam_type=session.scam.type,
        scam_evidence=evidence,
        credit_record=customer.credit_record if customer else "unknown",
        tampered=session.tampered,
        phone_at_ear=session.phone_at_ear,
        company=session.company,
        listed_account=session.watched == "listed",
        business=task.kind,
        withdrawals_30d=customer.withdrawals_30d if customer else 0,
        degraded=bool(_GUARDS & set(session.broken)),
        watch_stale=session.watched == "stale",
        devices_changed=session.devices_changed,
        counterparty=task.slot(COUNTERPARTY) or "",
        duress=session.duress,
    )
