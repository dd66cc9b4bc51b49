"""Scripted customers of the runner's own tests, and how to write one shortly."""

from __future__ import annotations

from typing import Any

from guitai.scenarios.model import Scenario

LOW = {"login": 10, "amount": 5, "frequency": 10, "semantic": 0, "device": 10, "credit": 10}
MEDIUM = {"login": 80, "amount": 30, "frequency": 30, "semantic": 10, "device": 10, "credit": 10}
HIGH = {"login": 80, "amount": 90, "frequency": 80, "semantic": 60, "device": 20, "credit": 40}


def world(**changes: Any) -> dict[str, Any]:
    """An ordinary customer with 52,000 yuan and a saved payee."""
    setup: dict[str, Any] = {
        "customer": {"age": 45, "identity_ok": True, "language": "zh-CN"},
        "accounts": {"main": {"kind": "debit_I", "balance_fen": 5_200_000, "status": "normal"}},
        "history": {"transfers_30d": 2, "typical_transfer_fen": 100_000, "known_payees": ["赵敏"]},
        "risk_context": {"card_region": "浙江杭州", "branch_region": "浙江杭州", "hour": 9, "credit_record": "good"},
        "payees": {"赵敏": {"account_no": "6200000000000000000", "bank": "本行", "first_transfer": False}},
        "risk_inject_r": LOW,
    }
    return setup | changes


def turn(deed: str, detail: Any = None, /, **expect: Any) -> dict[str, Any]:
    """``turn("say", "…")``, ``turn("touch", "confirm", action="serve")``, ``turn("device jam", {…})``."""
    actor, _, do = deed.rpartition(" ")
    found: dict[str, Any] = {"actor": actor or "customer", "do": do}
    if detail is not None:
        found["text" if do == "say" else "value"] = detail
    if expect:
        found["expect"] = expect
    return found


def scenario(*turns: dict[str, Any], setup: dict[str, Any] | None = None, **outcome: Any) -> Scenario:
    """One customer, who begins with card and PIN."""
    known = [turn("insert_card"), turn("pin_ok")]
    setup = world() if setup is None else setup
    return Scenario.model_validate(
        {"id": "t", "tags": ["test"], "setup": setup, "turns": [*known, *turns], "outcome": outcome}
    )


WITHDRAWAL = (
    turn(
        "say", "拿八百块现金", intent="withdraw_cash", slots={"amount_fen": 80_000}, risk_level="low",
        action="second_confirm", must_say=["800|八百"], must_not=["冻结"],
    ),
    turn("touch", "confirm", action="serve"),
    turn("take_card"),
    turn("take_notes"),
)  # fmt: skip
WITHDRAWN = {
    "resolved": True, "money_moved_fen": 80_000, "direction": "out", "handed_to_human": False, "frozen": False,
    "card_with": "customer", "asked_twice": [], "dispense_commands": 1, "hq_events_exactly_once": True,
    "ledger_debit_equals_taken_or_dispute": True, "dispute_open": False, "in_service_after": True, "pending_fen": 0,
    "log_must_not_contain": ["6217000012340003802", "135790"],
}  # fmt: skip
TRANSFER = (
    turn(
        "say", "给赵敏转五百块", intent="transfer", slots={"amount_fen": 50_000, "payee": "赵敏"},
        action="second_confirm", must_say=["500"],
    ),
    turn("touch", "confirm", action="serve"),
    turn("take_card"),
)  # fmt: skip
TRANSFERRED = {
    "resolved": True, "money_moved_fen": 50_000, "direction": "out", "handed_to_human": False, "card_with": "customer",
    "transfer_requests_distinct": 1,
}  # fmt: skip

GOOD: dict[str, Scenario] = {
    "withdrawal": scenario(*WITHDRAWAL, **WITHDRAWN),
    "transfer of low risk": scenario(*TRANSFER, **TRANSFERRED),
    "a payee's account stands in the setup": scenario(
        turn("say", "给钱小红转五百块", action="second_confirm", action_also_ok=["prompt", "sms"]),
        turn("touch", "confirm"),
        turn("touch", "continue"),
        turn("touch", "confirm"),
        turn("take_card"),
        setup=world(payees={"钱小红": {"account_no": "6217000012345678903", "first_transfer": True}}),
        money_moved_fen=50_000,
        asked_twice=[],
    ),
    "transfer of medium risk": scenario(
        turn("say", "给赵敏转五百块"),
        turn("touch", "confirm"),
        turn("touch", "continue"),
        turn("sms_ok"),
        turn("touch", "confirm"),
        turn("take_card"),
        setup=world(risk_inject_r=MEDIUM),
        money_moved_fen=50_000,
        direction="out",
        frozen=False,
    ),
    "balance": scenario(
        turn("say", "查一下余额", intent="query_balance", action="serve", must_say=["52000"]),
        turn("take_card"),
        resolved=True,
        money_moved_fen=0,
        card_with="customer",
        screen_cleared=True,
    ),
    "deposit": scenario(
        turn("say", "存一千二百块钱", intent="deposit_cash", slots={"amount_fen": 120_000}),
        turn("insert_notes", {"amount_fen": 120_000, "notes": 12}, must_say=["1,200"]),
        turn("touch", "confirm"),
        turn("take_card"),
        money_moved_fen=120_000,
        direction="in",
        resolved=True,
    ),
    "deposit with a note that comes back": scenario(
        turn("say", "我要存钱"),
        turn("insert_notes", {"notes": 12}),
        turn("device note_rejected", {"notes": 2}, must_say=["1000"]),
        turn("take_rejected_notes"),
        turn("touch", "confirm"),
        turn("take_card"),
        money_moved_fen=100_000,
        direction="in",
    ),
    "notes left behind": scenario(
        *WITHDRAWAL[:3],
        turn("leave_notes"),
        turn("timer timeout", "notes_take_timeout"),
        turn("device notes_retracted", {"notes": 8}),
        money_moved_fen=0,
        retracted_fen=80_000,
        ledger_debit_equals_taken_or_dispute=True,
    ),
    "some of the notes left behind": scenario(
        *WITHDRAWAL[:3],
        turn("timer timeout", "notes_take_timeout"),
        turn("device notes_retracted", {"notes": 3}),
        retracted_fen=30_000,
        dispute_open=True,
        handed_to_human=True,
        ledger_debit_equals_taken_or_dispute=True,
    ),
    "card left inside by who went off": scenario(
        turn("say", "查一下余额"),
        turn("touch", "cancel"),
        turn("leave_card"),
        turn("timer timeout", "card_take_timeout", must_say=["95500"]),
        card_with="retained",
        retain_bin_recorded=True,
        screen_cleared=True,
    ),
    "gone while the card is inside": scenario(
        turn("say", "查一下余额"),
        turn("timer timeout", "customer_absent"),
        screen_cleared=True,
    ),
    "an errand that waits for the line": scenario(
        turn("network link_down"),
        turn("say", "给赵敏转五百块", slots={"amount_fen": 50_000, "payee": "赵敏"}, must_say=["线路"]),
        money_moved_fen=0,
    ),
    "card left behind": scenario(
        *WITHDRAWAL[:2],
        turn("leave_card"),
        turn("timer timeout", "card_take_timeout"),
        card_with="retained",
        retain_bin_recorded=True,
        money_moved_fen=0,
        dispense_commands=1,
    ),
    "half of the notes get out": scenario(
        *WITHDRAWAL[:2],
        turn("take_card"),
        turn("device jam", {"presented_fen": 30_000, "inside_fen": 50_000}),
        turn("take_notes"),
        dispute_open=True,
        handed_to_human=True,
        ledger_debit_equals_taken_or_dispute=True,
        dispense_commands=1,
    ),
    "scam: held, and nobody comes": scenario(
        turn("say", "给赵敏转五百块"),
        turn("touch", "confirm"),
        turn("timer timeout", "teller_3_min"),
        turn("take_card"),
        setup=world(risk_inject_r=HIGH),
        money_moved_fen=0,
        frozen=True,
        handed_to_human=True,
        card_with="customer",
        handover_history_min_turns=2,
        moved_or_pending_fen=50_000,
    ),
    "scam: a teller rejects": scenario(
        turn("say", "给赵敏转五百块"),
        turn("touch", "confirm"),
        turn("teller accept"),
        turn("teller say", "您好，我来帮您看看。", must_say=["我来帮您看看"]),
        turn("teller decide", "reject"),
        turn("take_card"),
        setup=world(risk_inject_r=HIGH),
        money_moved_fen=0,
        frozen=True,
        handed_to_human=True,
        resolved=False,
    ),
    "held, and a teller lets it go": scenario(
        turn("say", "给赵敏转五百块"),
        turn("touch", "confirm"),
        turn("teller accept"),
        turn("teller decide", "approve"),
        turn("take_card"),
        setup=world(risk_inject_r=HIGH),
        money_moved_fen=50_000,
        frozen=False,
        handed_to_human=True,
    ),
    "line down and back": scenario(
        turn("network link_down"),
        turn("say", "给赵敏转五百块"),
        turn("take_card"),
        money_moved_fen=0,
        resolved=False,
        frozen=False,
        card_with="customer",
    ),
    "the power goes while notes are out": scenario(
        *WITHDRAWAL[:2],
        turn("take_card"),
        turn("device power_loss"),
        turn("device power_back", {"present_status": "presented", "bank_did_post": True}),
        turn("take_notes"),
        money_moved_fen=80_000,
        dispense_commands=1,
        ledger_debit_equals_taken_or_dispute=True,
        hq_events_exactly_once=True,
    ),
    "the answer of the bank is lost with the power": scenario(
        *TRANSFER[:1],
        turn("touch", "confirm"),
        turn("device power_loss"),
        turn("device power_back", {"bank_did_post": True}),
        money_moved_fen=50_000,
        transfer_requests_distinct=1,
    ),
    "nobody there any more": scenario(
        turn("say", "查一下余额"),
        turn("timer timeout", "customer_absent"),
        turn("timer timeout", "card_take_timeout"),
        screen_cleared=True,
        card_with="retained",
    ),
    "by touch alone": scenario(
        turn("touch", {"intent": "withdraw_cash"}, risk_level="low"),
        turn("touch", {"amount_fen": 100_000}, slots={"amount_fen": 100_000}),
        turn("touch", "confirm"),
        turn("take_card"),
        turn("take_notes"),
        money_moved_fen=100_000,
        direction="out",
        resolved=True,
    ),
    "larger words": scenario(
        turn("say", "查一下余额"),
        setup=world(customer={"age": 78}),
        ui_mode="large",
        language_end="zh-CN",
        card_with="device",
    ),
}
"""Each passes; together they do every kind of deed and use every key."""
