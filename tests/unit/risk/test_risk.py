"""The risk sum is exact, monotone and explained; floors lift and never lower."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.messages.risk import Contribution, RiskContext
from guitai.money import Fen, yuan
from guitai.risk.decision import assess, decide, level_of
from guitai.risk.factors import injected
from guitai.risk.rules import FACTORS, WEIGHT_SUM, parse, shipped, shipped_text

HONEST = RiskContext(
    amount=yuan(500),
    card_region="浙江杭州",
    branch_region="浙江杭州",
    first_payee=False,
    typical_transfer=yuan(800),
    large_transfers_24h=0,
    scam_score=0.0,
    scam_strength="none",
    scam_type=None,
    scam_evidence=(),
    credit_record="good",
)
CONTEXTS = st.builds(
    RiskContext,
    amount=st.integers(1, 10**9).map(Fen),
    card_region=st.sampled_from([None, "浙江杭州", "广东揭阳"]),
    branch_region=st.just("浙江杭州"),
    first_payee=st.booleans(),
    typical_transfer=st.one_of(st.none(), st.integers(1, 10**8).map(Fen)),
    large_transfers_24h=st.integers(0, 9),
    scam_score=st.floats(0, 1),
    scam_strength=st.sampled_from(["none", "weak", "strong"]),
    scam_type=st.none(),
    scam_evidence=st.just(("安全账户",)),
    credit_record=st.sampled_from(["good", "fair", "poor", "unknown"]),
    business=st.sampled_from(["transfer", "withdraw", "deposit"]),
    withdrawals_30d=st.integers(0, 40),
    degraded=st.booleans(),
    devices_changed=st.booleans(),
    watch_stale=st.booleans(),
    tampered=st.booleans(),
    phone_at_ear=st.booleans(),
    company=st.booleans(),
    listed_account=st.booleans(),
)


@given(CONTEXTS)
def test_contributions_sum_to_r_exactly(context: RiskContext) -> None:
    decision = assess(context, shipped())
    total = sum(part.millionths() for part in decision.contributions)
    assert decision.r_hundredths == (total + 5_000) // 10_000
    assert [part.factor for part in decision.contributions] == list(FACTORS)
    assert sum(part.weight for part in decision.contributions) == WEIGHT_SUM
    assert decision == assess(context, shipped())


@given(CONTEXTS)
def test_floors_lift_and_never_lower(context: RiskContext) -> None:
    decision = assess(context, shipped())
    order = ["low", "medium", "high"]
    bare = level_of(sum(part.millionths() for part in decision.contributions))
    assert order.index(decision.level) >= order.index(bare)
    if decision.level != bare:
        assert decision.floors


@given(CONTEXTS)
def test_a_phone_or_a_companion_alone_changes_nothing(context: RiskContext) -> None:
    context = replace(context, scam_strength="none", phone_at_ear=False, company=False)
    watched = replace(context, phone_at_ear=True, company=True)
    assert assess(context, shipped()) == assess(watched, shipped())


@given(CONTEXTS, st.integers(1, 10**8))
def test_more_money_is_never_less_risk(context: RiskContext, more: int) -> None:
    larger = replace(context, amount=Fen(context.amount + more))
    assert assess(larger, shipped()).r_hundredths >= assess(context, shipped()).r_hundredths


def test_sixty_is_high_and_just_below_is_medium() -> None:
    rules = shipped()
    exact = tuple(Contribution(name, rules.weights[name], 6000, "x") for name in FACTORS)
    assert decide(exact, (), rules).level == "high"
    below = (replace(exact[0], r=5999), *exact[1:])
    assert decide(below, (), rules).level == "medium"


@pytest.mark.parametrize(
    ("r", "level"), [(2999, "low"), (3000, "medium"), (5999, "medium"), (6000, "high"), (10_000, "high")]
)
def test_the_thresholds(r: int, level: str) -> None:
    decision = decide(injected(dict.fromkeys(FACTORS, r), shipped()), (), shipped())
    assert (decision.r_hundredths, decision.level) == (r, level)


def test_every_actions_list_asks_for_a_second_confirmation() -> None:
    assert assess(HONEST, shipped()).actions == ("second_confirm",)


def test_strong_cue_alone_brings_a_human_and_a_delay() -> None:
    decision = assess(replace(HONEST, scam_strength="strong", scam_evidence=("不要挂电话",)), shipped())
    assert (decision.level, "human" in decision.actions, "delay_24h" in decision.actions) == ("medium", True, True)


def test_injected_values_are_taken_as_they_are() -> None:
    decision = decide(injected(dict.fromkeys(FACTORS, 1000), shipped()), (), shipped())
    assert decision.r_hundredths == 1000


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("weight = 2000", "weight = 2100", "the weights sum to 10100"),
        ("weight = 2500", "weight = 2600", "weights.login.weight: .*2500"),
        ("weight = 800", "weight = 400", "weights.device.weight: .*500"),
        ("weight = 800", "weight = '800'", "weights.device.weight: .*integer"),
        ('origin = "prior"', 'origin = "guess"', "weights.frequency.origin"),
        ("[bands]", "[bends]", "bends: no such key"),
        ("good = 1000", "god = 1000", "bands.credit.god: no such key"),
        ("[5000, 3000]", "[500, 3000]", "bands.amount_yuan: the bounds must begin with 0 and rise"),
        ("[5000, 3000]", "[5000, 900]", "bands.amount_yuan: r must not fall"),
        ("[5000, 3000]", "[5000, 30000]", "bands.amount_yuan.2.1"),
        ("aml_yuan = 10000", "aml_yuan = -1", "floors.aml_yuan"),
        ("version = 1", "version =", "not TOML.*line"),
    ],
)
def test_a_mistake_is_named_with_its_line(old: str, new: str, words: str) -> None:
    text = shipped_text()
    line = text[: text.index(old)].count("\n") + 1
    with pytest.raises(GuitaiError, match=words) as caught:
        parse(text.replace(old, new, 1), "mine.toml")
    found = re.search(r"mine\.toml: (?:not TOML.*)?line (\d+)", str(caught.value))
    assert found
    assert abs(int(found[1]) - line) <= 1 or "sum" in words


CARRIED = replace(HONEST, amount=yuan(20_000), large_transfers_24h=2)


def test_frequent_large_transfers_ask_for_the_counterparty_and_are_recorded() -> None:
    decision = assess(CARRIED, shipped())
    assert [(floor.floor, floor.level, floor.evidence) for floor in decision.floors] == [
        ("aml_frequent_large", "medium", "2")
    ]
    assert decision.level == "medium"
    assert {"prompt", "counterparty"} <= set(decision.actions)


@pytest.mark.parametrize(
    "other",
    [
        replace(CARRIED, large_transfers_24h=1),
        replace(CARRIED, amount=yuan(9_999)),
        replace(CARRIED, business="withdraw"),
    ],
)
def test_fewer_smaller_or_no_transfer_asks_nothing(other: RiskContext) -> None:
    assert "counterparty" not in assess(other, shipped()).actions


@pytest.mark.parametrize(
    ("context", "floor"),
    [(replace(HONEST, listed_account=True), "listed_account"), (replace(HONEST, watch_stale=True), "watch_list_stale")],
)
def test_a_listed_account_or_a_stale_list_moves_nothing(context: RiskContext, floor: str) -> None:
    decision = assess(context, shipped())
    assert (decision.level, [one.floor for one in decision.floors]) == ("high", [floor])
    assert {"hold", "human"} <= set(decision.actions)
    assert decision.r_hundredths < 3000


def test_many_withdrawals_count_for_withdrawals_only() -> None:
    often = replace(HONEST, withdrawals_30d=20)
    assert reason(often, "frequency") == "frequency.usual"
    assert reason(replace(often, business="withdraw"), "frequency") == "frequency.many_withdrawals"


def test_another_device_weighs_more_than_one_out_of_use_and_less_than_tampering() -> None:
    assert reason(replace(HONEST, degraded=True, devices_changed=True), "device") == "device.changed"
    assert reason(replace(HONEST, devices_changed=True, tampered=True), "device") == "device.tampered"
    assert reason(replace(HONEST, degraded=True), "device") == "device.degraded"
    assert reason(replace(HONEST, degraded=True, tampered=True), "device") == "device.tampered"


def reason(context: RiskContext, factor: str) -> str:
    return next(part.reason for part in assess(context, shipped()).contributions if part.factor == factor)


FIRST_TRANSFER = replace(HONEST, amount=yuan(5_000), first_payee=True, typical_transfer=yuan(500))
DEMO_SCAM = replace(
    FIRST_TRANSFER, amount=yuan(180_000), card_region="广东揭阳", typical_transfer=yuan(1_000), scam_strength="strong"
)


@pytest.mark.parametrize(
    ("context", "score", "r"), [(FIRST_TRANSFER, 0.1, 3760), (DEMO_SCAM, 0.97, 7289), (DEMO_SCAM, 1.0, 7340)]
)
def test_the_demos_values_stay(context: RiskContext, score: float, r: int) -> None:
    assert assess(replace(context, scam_score=score), shipped()).r_hundredths == r
