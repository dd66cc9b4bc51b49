"""Right values for every kind of inquiry and order, of a customer who holds everything."""

from __future__ import annotations

from typing import Any

from psec.des import encrypt_tdes_ecb
from psec.pinblock import encode_pinblock_iso_0

RICH: dict[str, Any] = {
    "name": "万事全", "card": "6217000000000000002", "id_number": "330102199001011234", "pin": "123456", "phone": "13800000002", "region": "浙江杭州",
    "balance_fen": 100_000_000, "credit_record": "good", "transfers_30d": 2, "typical_transfer_fen": 100_000,
    "withdrawals_30d": 4, "large_transfers_24h": 0, "elderly": False, "risk_class": "C3", "interests": ["W-R2-090", "W-R4-365"],
    "deposit": [{"id": "D0001", "term": "P1Y", "amount_fen": 5_000_000, "rate_bp": 110, "elapsed_days": 100}],
    "credit_card": {
        "card": "6225760012345508", "limit_fen": 3_000_000, "bill_fen": 426_800, "min_due_fen": 42_680, "spent_fen": 100_000,
        "due_in_days": 6,
    },
    "loan": [{"id": "L0001", "product": "个人消费贷", "outstanding_fen": 1_800_000, "rate_bp": 345, "months_left": 12}],
    "holding": [{"id": "H0001", "product_id": "W-R1-001", "amount_fen": 2_000_000, "elapsed_days": 40}],
    "sent": [{"id": "sent-1", "payee": "赵敏", "account": "6222021208003456688", "amount_fen": 80_000}],
    "past": [{"days_ago": 3, "summary": "工资", "amount_fen": 800_000}],
}  # fmt: skip

ASKED: dict[str, dict[str, str]] = {
    "transactions": {"period": "P3M"},
    "deposit_quote": {"amount_fen": "1000000", "term": "P1Y"},
    "early_quote": {"deposit_id": "D0001"},
    "installment_quote": {"amount_fen": "120000", "periods": "12"},
    "loan_quote": {"amount_fen": "10000000", "months": "36"},
    "utility_bill": {"bill": "电费", "user_no": "3301000628"},
    "payee_name": {"account": "6217000000000000002"},
}

TOLD: dict[str, dict[str, str]] = {
    "recall_transfer": {"transfer_id": "sent-1"},
    "set_transfer_limit": {"daily_fen": "50000000"},
    "open_deposit": {"amount_fen": "1000000", "term": "P1Y"},
    "early_withdraw": {"deposit_id": "D0001"},
    "report_loss": {"card_id": "debit-0002"},
    "cancel_loss": {"card_id": "debit-0002"},
    "replace_card": {"card_id": "debit-0002", "reason": "damaged"},
    "activate_card": {"card_id": "debit-0002"},
    "freeze_account": {"reason": "fraud"},
    "dispute_charges": {"charges": "11 月 3 日 1,200 元", "story": "不是我刷的"},
    "repay_card": {"amount_fen": "100000"},
    "set_credit_limit": {"limit_fen": "4000000"},
    "start_installment": {"amount_fen": "120000", "periods": "12"},
    "apply_credit_card": {"product": "标准信用卡"},
    "change_phone": {"phone": "13900001234"},
    "update_id": {"id_card": "330102199001011234 2045-01-01"},
    "open_account": {"id_card": "330102199001011234", "phone": "13900001234", "purpose": "工资"},
    "sign_up": {"service": "手机银行"},
    "apply_loan": {"product": "个人消费贷", "amount_fen": "5000000", "months": "24"},
    "repay_loan": {"loan_id": "L0001", "amount_fen": "200000"},
    "set_risk_profile": {"answers": "6,4,8,6,4"},
    "buy_wealth": {"product_id": "W-R2-090", "amount_fen": "1000000", "consent": "rec-1"},
    "redeem_wealth": {"holding_id": "H0001"},
    "pay_utility": {"bill": "电费", "user_no": "3301000628", "amount_fen": "12860"},
    "book_cash": {"amount_fen": "10000000", "date": "D+1"},
    "book_visit": {"business": "开户", "date": "D+2"},
    "certificate": {"kind": "balance"},
    "complain": {"story": "等太久"},
    "work_order": {"type": "card", "subtype": "loss", "story": "补卡问题"},
    "opt_out": {"what": "product_interest"},
}


def told(kind: str, pin_key: bytes) -> dict[str, str]:
    if kind == "change_pin":
        block = encrypt_tdes_ecb(pin_key, encode_pinblock_iso_0("271914", RICH["card"])).hex().upper()
        return {"pin_block": block, "pin_block_again": block}
    return TOLD.get(kind, {})


LEADS_UP: dict[str, tuple[str, ...]] = {"cancel_loss": ("report_loss",), "unfreeze_account": ("freeze_account",)}
"""What has to be done before."""

NOT_FOR_THE_RICH = frozenset({"close_account", "upgrade_account", "activate_card"})
"""What such a customer is rightly refused."""
