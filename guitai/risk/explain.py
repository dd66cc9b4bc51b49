"""Explains a decision to three readers: the customer in one kind sentence, the teller in lines, the auditor in full."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any, Literal

import msgspec

from guitai.messages.risk import Action, Factor, FloorReason, RecordRisk, RiskContext, RiskDecision
from guitai.money import format_yuan
from guitai.risk.decision import HIGH_MILLIONTHS, MEDIUM_MILLIONTHS, level_of
from guitai.risk.rules import Rules

Language = Literal["zh", "en"]
STANDARD = "JR/T 0221-2021"
METHOD = "R = sum of weight x r over six factors; weights per 10,000, r in hundredths, integers; floors lift the level"
_FIRST: tuple[Action, ...] = ("hold", "delay_24h", "human", "counterparty", "sms", "prompt", "second_confirm")
"""What the customer is told of, when several things happen: the one that concerns the money most."""

_DELAYED = frozenset({"transfer", "utility_payment"})
"""Money to others waits a day after the human; of everything else only the human is told."""

_LEAVES = _DELAYED | {"withdraw"}
"""Money that would have left the account is said to stay in it; a new telephone or a loan leaves nothing there."""

_PROCESSING = "processing"
"""What a customer is told whom somebody may be forcing: nothing that the other might read."""


def customer(decision: RiskDecision, context: RiskContext | None = None, language: Language = "zh") -> str:
    """Return what the customer is told: what happens and what to do, never why in words that accuse."""
    told: str = next(action for action in _FIRST if action in decision.actions)
    if told == "delay_24h" and context is not None and context.business not in _DELAYED:
        told = "human"
    if told == "hold" and context is not None and context.business not in _LEAVES:
        told = "human"
    if any(floor.floor == "duress" for floor in decision.floors):
        told = _PROCESSING
    return word("customer", told, language)


def handed_over(decision: RiskDecision, context: RiskContext | None = None, language: Language = "zh") -> str:
    """Return what the customer is told when a human is called, also where an answer and not the decision asked for one."""
    if {"hold", "human"} & set(decision.actions):
        return customer(decision, context, language)
    return word("customer", "human", language)


def teller(decision: RiskDecision, context: RiskContext | None = None, language: Language = "zh") -> tuple[str, ...]:
    """Return R and level, one line a factor, one a floor with its evidence, the words quoted, and what is to happen."""
    zh = language == "zh"
    head = f"R {decision.r_hundredths / 100:.2f}，{word('level', decision.level, language)}"
    lines = [head if zh else head.replace("，", ", ")]
    for part in decision.contributions:
        name, why = word("factor", part.factor, language), word("reason", part.reason, language)
        sum_ = f"{part.weight / 10_000:.4g} × {part.r / 100:g} = {part.millionths() / 1_000_000:.2f}"
        lines.append(f"{name} {sum_}{'：' if zh else ': '}{why}")
    lines += [_floor(floor, language) for floor in decision.floors]
    if context is not None:
        lines += _evidence(context, language)
    actions = ("、" if zh else ", ").join(word("action", action, language) for action in decision.actions)
    return (*lines, f"处置：{actions}" if zh else f"What happens: {actions}")


def auditor(record: RecordRisk, rules: Rules | None = None) -> dict[str, Any]:
    """Return the full record of a decision as plain data (JR/T 0221: traceable, reproducible, explained).

    `rules` are those the decision names by their hash; with them each weight's origin and reason stand beside it.
    """
    decision = record.decision
    if rules is not None and rules.hash != decision.rules_hash:
        rules = None
    total = sum(part.millionths() for part in decision.contributions)
    return {
        "standard": STANDARD,
        "method": METHOD,
        "risk_ref": record.risk_ref,
        "inputs": None if record.context is None else msgspec.to_builtins(record.context),
        "contributions": [
            {**msgspec.to_builtins(part), "millionths": part.millionths(), **_origin(part.factor, rules)}
            for part in decision.contributions
        ],
        "r_millionths": total,
        "r_hundredths": decision.r_hundredths,
        "thresholds_millionths": {"medium": MEDIUM_MILLIONTHS, "high": HIGH_MILLIONTHS},
        "level_of_the_sum_alone": level_of(total),
        "floors": [msgspec.to_builtins(floor) for floor in decision.floors],
        "level": decision.level,
        "actions": list(decision.actions),
        "shadow": None if record.shadow is None else msgspec.to_builtins(record.shadow),
        "rules_hash": decision.rules_hash,
        "rules_version": None if rules is None else rules.version,
        "models_hash": record.models_hash,
        "explained_to_the_customer": {
            "zh": customer(decision, record.context),
            "en": customer(decision, record.context, "en"),
        },
        "explained_to_the_teller": list(teller(decision, record.context)),
        "rights": {"zh": word("rights", "explain", "zh"), "en": word("rights", "explain", "en")},
    }


def word(table: str, code: str, language: Language) -> str:
    """Return the words for a code; the code itself where there are none (rules of another version)."""
    zh_en: list[str] = _words()[table].get(code, [code, code])
    return zh_en[0 if language == "zh" else 1]


def _floor(floor: FloorReason, language: Language) -> str:
    said = word("floor", floor.floor, language)
    level = word("level", floor.level, language)
    if floor.floor in ("coached", "listed_account", "watch_list_stale") or not floor.evidence:
        proof = ""
    else:
        proof = f"「{floor.evidence}」" if language == "zh" else f' "{floor.evidence}"'
    return f"底线（至少{level}）：{said}{proof}" if language == "zh" else f"Floor (at least {level}): {said}{proof}"


def _evidence(context: RiskContext, language: Language) -> list[str]:
    usual = "" if context.typical_transfer is None else format_yuan(context.typical_transfer)
    region = context.card_region or "?"
    if language == "en":
        quoted = "".join(f' "{said}"' for said in context.scam_evidence)
        known = f", usually {usual} yuan" if usual else ""
        amount = f"{format_yuan(context.amount)} yuan" if context.amount else word("amount", "unknown", language)
        lines = [f"Amount {amount}{known}; card {region}, branch {context.branch_region}"]
        return lines + ([f"The customer said:{quoted}"] if quoted else [])
    quoted = "".join(f"「{said}」" for said in context.scam_evidence)
    known = f"，平时 {usual} 元" if usual else ""
    amount = f"{format_yuan(context.amount)} 元" if context.amount else word("amount", "unknown", language)
    lines = [f"金额 {amount}{known}；卡 {region}，网点 {context.branch_region}"]
    return lines + ([f"客户原话：{quoted}"] if quoted else [])


def _origin(factor: Factor, rules: Rules | None) -> dict[str, str]:
    return {} if rules is None else {"origin": rules.origins[factor], "origin_reason": rules.reasons[factor]}


@cache
def _words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(resources.files("guitai.risk").joinpath("words.toml").read_text(encoding="utf-8"))
