"""The six factors: from what is known of a request to r in [0, 100] with the reason for each."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from guitai.messages.risk import Contribution, Factor, RiskContext
from guitai.risk.rules import FACTORS, Rules, band


def contributions(context: RiskContext, rules: Rules) -> tuple[Contribution, ...]:
    """Return the six contributions, in the order of FACTORS."""
    values: dict[Factor, tuple[int, str]] = {
        "login": _login(context, rules),
        "amount": _amount(context, rules),
        "frequency": _frequency(context, rules),
        "semantic": _semantic(context),
        "device": _device(context, rules),
        "credit": (rules.credit[context.credit_record], f"credit.{context.credit_record}"),
    }
    return tuple(Contribution(name, rules.weights[name], *values[name]) for name in FACTORS)


def injected(r: dict[Factor, int], rules: Rules) -> tuple[Contribution, ...]:
    """Return contributions from given r in hundredths (scripted scenarios hand them in)."""
    return tuple(Contribution(name, rules.weights[name], r[name], f"{name}.injected") for name in FACTORS)


def weighed(r: Mapping[Factor, Decimal], rules: Rules) -> Decimal:
    """Return the exact sum of weight times r in millionths, for r in [0, 100] measured finer than hundredths."""
    return sum((rules.weights[name] * r[name] * 100 for name in FACTORS), Decimal(0))


def _login(context: RiskContext, rules: Rules) -> tuple[int, str]:
    if context.card_region is None:
        return rules.bands["login_unknown"], "login.unknown"
    if context.card_region == context.branch_region:
        return rules.bands["login_local"], "login.local"
    return rules.bands["login_remote"], "login.remote"


def _amount(context: RiskContext, rules: Rules) -> tuple[int, str]:
    absolute = band(rules.amount_yuan, context.amount // 100)
    if not context.typical_transfer:
        return absolute, "amount.absolute"
    relative = band(rules.amount_times_tenths, context.amount * 10 // context.typical_transfer)
    return (relative, "amount.unusual") if relative > absolute else (absolute, "amount.absolute")


def _frequency(context: RiskContext, rules: Rules) -> tuple[int, str]:
    if context.large_transfers_24h >= rules.many_large_24h:
        return rules.bands["frequency_many_large"], "frequency.many_large"
    if context.first_payee:
        return rules.bands["frequency_first_payee"], "frequency.first_payee"
    if context.business == "withdraw" and context.withdrawals_30d >= rules.many_withdrawals_30d:
        return rules.bands["frequency_many_withdrawals"], "frequency.many_withdrawals"
    return rules.bands["frequency_usual"], "frequency.usual"


def _semantic(context: RiskContext) -> tuple[int, str]:
    r = min(10_000, max(0, round(context.scam_score * 10_000)))
    return r, f"semantic.{context.scam_strength}"


def _device(context: RiskContext, rules: Rules) -> tuple[int, str]:
    if context.tampered:
        return rules.bands["device_tampered"], "device.tampered"
    if context.devices_changed:
        return rules.bands["device_changed"], "device.changed"
    if context.degraded:
        return rules.bands["device_degraded"], "device.degraded"
    return rules.bands["device_clean"], "device.clean"
