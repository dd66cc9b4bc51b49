"""Floors: what lifts the level whatever the sum says, each as its own recorded reason (design.md section 5)."""

from __future__ import annotations

from guitai.messages.risk import FloorReason, RiskContext
from guitai.risk.rules import Rules


def floors(context: RiskContext, rules: Rules) -> tuple[FloorReason, ...]:
    """Return every floor that applies, mildest first. A phone or a companion alone lifts nothing: carers exist."""
    found = []
    words = "、".join(context.scam_evidence)
    if context.scam_strength == "weak":
        found.append(FloorReason("weak_cue", "medium", words))
    if context.scam_strength == "strong":
        found.append(FloorReason("strong_cue", "medium", words))
    if context.scam_strength != "none" and (context.phone_at_ear or context.company):
        found.append(FloorReason("coached", "medium", "phone" if context.phone_at_ear else "company"))
    if (
        context.business == "transfer"
        and context.large_transfers_24h >= rules.aml_count_24h
        and context.amount >= rules.aml_amount
    ):
        found.append(FloorReason("aml_frequent_large", "medium", str(context.large_transfers_24h)))
    if context.duress:
        found.append(FloorReason("duress", "medium", context.duress))
    if context.watch_stale:
        found.append(FloorReason("watch_list_stale", "high", ""))
    if context.listed_account:
        found.append(FloorReason("listed_account", "high", ""))
    if context.scam_strength == "strong" and context.first_payee and context.amount >= rules.large:
        found.append(FloorReason("strong_cue_large_first_payee", "high", words))
    return tuple(found)
