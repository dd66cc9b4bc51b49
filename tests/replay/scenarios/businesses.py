"""A scripted customer for every business, by words and by touch alone: what another bank's people would write, not the tuning set."""

from __future__ import annotations

from typing import Any

from guitai.scenarios.model import Scenario

Deed = dict[str, Any]

HOLDS: dict[str, dict[str, Any]] = {
    "credit": {"kind": "credit", "bill_fen": 356_000, "min_due_fen": 35_600, "limit_fen": 3_000_000},
    "fixed": {"kind": "fixed", "balance_fen": 5_000_000, "term": "P1Y", "elapsed_days": 100},
    "loan": {"kind": "loan", "balance_fen": 30_000_000, "next_due_fen": 250_000},
    "wealth": {"kind": "wealth", "balance_fen": 2_000_000, "product": "稳健添利", "elapsed_days": 40},
    "late": {"kind": "loan", "balance_fen": 30_000_000, "next_due_fen": 250_000, "overdue_days": 12},
    "very late": {"kind": "loan", "balance_fen": 30_000_000, "next_due_fen": 250_000, "overdue_days": 40},
}
SENT = {"payee": "王强", "amount_fen": 200_000, "hours_ago": 2, "status": "delayed"}
LONG_SENT = SENT | {"hours_ago": 72, "status": "completed"}
POWER_BILL = {"电费": {"user_no": "3301000601", "amount_fen": 12_800}}


def customer(
    *turns: Deed, holds: tuple[str, ...] = (), status: str = "normal", sent: Deed | None = None, bills: Deed | None = None,
    notes_fen: int = 20_000_000, resolved: bool | None = True, **outcome: Any,
) -> Scenario:  # fmt: skip
    """Return a customer of the branch who holds these, does these turns and then takes the card."""
    return Scenario.model_validate({
        "id": "business",
        "setup": {
            "customer": {"age": 45, "risk_class": "C3"},
            "accounts": {"main": {"kind": "debit_I", "balance_fen": 8_888_800, "status": status}} | {one: HOLDS[one] for one in holds},
            "history": {"transfers_30d": 2, "typical_transfer_fen": 100_000, "withdrawals_30d": 4, "known_payees": ["赵敏"],
                        "pending_transfers": [sent] if sent else []},
            "device": {"notes_fen": notes_fen, "bills": bills},
            "risk_context": {"card_region": "浙江杭州", "branch_region": "浙江杭州", "hour": 10},
            "payees": {"赵敏": {"account_no": "6200000000000000000"}},
        },
        "turns": list(turns),
        "outcome": {"resolved": resolved, "card_with": "customer", "asked_twice": [], **outcome},
    })  # fmt: skip


def do(deed: str, value: Any = None, **expect: Any) -> Deed:
    return {"actor": "customer", "do": deed, "value": value, "expect": expect or None}


def says(text: str, *must: str, **expect: Any) -> Deed:
    return {
        "actor": "customer",
        "do": "say",
        "text": text,
        "expect": ({"must_say": must} if must else {}) | expect or None,
    }


CARD, OFF = (do("insert_card"), do("pin_ok")), do("take_card")
YES, ID, AWAY = do("touch", "confirm"), do("show_id"), do("leave")
TELLER = ({"actor": "teller", "do": "accept"}, {"actor": "teller", "do": "decide", "value": "approve"})
NEW_PIN, CODE = do("pin_new_set"), do("sms_ok")


def told(*turns: Deed, **more: Any) -> Scenario:
    """Return a customer with the card in and the PIN right."""
    return customer(*CARD, *turns, OFF, **more)


TEXT: dict[str, Scenario] = {
    "balance": told(says("卡里还有多少钱", "88,888", intent="query_balance")),
    "transactions": told(says("最近一个月的明细给我看看", intent="query_transactions")),
    "wage come": told(says("工资到账了没有", "88,888")),
    "statement": told(says("打印最近半年的流水", intent="print_statement")),
    "certificate": told(says("开个存款证明", intent="deposit_certificate"), YES),
    "cash from a machine with too little": told(
        says("取八千块"), do("touch", "confirm", must_say=["不够"]), says("那取四千", "4,000"), YES, OFF, do("take_notes"),
        notes_fen=500_000, money_moved_fen=400_000,
    ),
    "fixed deposit": told(says("存五万块定期一年", slots={"amount_fen": 5_000_000, "term": "P1Y"}), YES, money_moved_fen=5_000_000),
    "fixed deposit asked for": told(says("我要存个定期"), says("两万"), says("三年的"), YES, money_moved_fen=2_000_000),
    "early withdrawal": told(says("那笔定期提前取出来吧", action="second_confirm"), YES, holds=("fixed",), money_moved_fen=5_000_000),
    "a part of a deposit": told(says("定期取两万出来，剩下的别动"), YES, holds=("fixed",), money_moved_fen=2_000_000),
    "card loss": told(says("我要挂失信用卡"), do("touch", "confirm", must_say=["挂失"]), holds=("credit",)),
    "loss cancelled": told(says("卡找到了，解除挂失", intent="cancel_loss"), YES, *TELLER, status="loss_reported"),
    "replacement": told(says("我的卡消磁了，换一张", intent="replace_card"), YES, *TELLER),
    "activation": told(says("新卡激活一下"), ID, NEW_PIN, YES, status="not_activated"),
    "new PIN": told(says("改一下密码", intent="pin_change"), NEW_PIN, YES),
    "forgotten PIN": customer(do("insert_card"), says("密码忘了", "本人", intent="pin_reset"), ID, YES, *TELLER, NEW_PIN, OFF),
    "credit card repaid": told(says("还信用卡，全部还清", "3,560"), YES, holds=("credit",), money_moved_fen=356_000),
    "least repaid": told(says("信用卡还个最低"), YES, holds=("credit",), money_moved_fen=35_600),
    "only asked how much": told(says("信用卡最低还款是多少", "356"), holds=("credit",), money_moved_fen=0),
    "bill": told(says("信用卡这个月账单多少", "3,560", intent="credit_card_bill"), holds=("credit",)),
    "limit": told(says("信用卡额度是多少", "30,000", intent="credit_card_limit"), holds=("credit",)),
    "instalments": told(says("三千块分六期还", intent="credit_card_installment"), YES, holds=("credit",)),
    "annual fee": told(says("信用卡年费怎么收的", intent="credit_card_annual_fee"), says("那怎么才能免", "刷|免|笔"), holds=("credit",)),
    "application": told(says("我想办张信用卡", intent="credit_card_apply"), says("普通的就行"), YES),
    "phone": told(says("换手机号，新号码13812345678", slots={"phone_tail": "5678"}), YES, CODE),
    "ID details": told(says("身份证到期换了新的，更新一下", intent="update_id_info"), ID, YES, *TELLER),
    "unfreezing": told(says("我的账户被冻结了，帮我解冻", intent="account_unfreeze"), ID, YES, *TELLER, status="frozen"),
    "redeemed": told(says("把理财赎回来", "犹豫期", action="second_confirm"), YES, holds=("wealth",)),
    "loan looked up": told(says("我的房贷还剩多少", "300,000", intent="loan_query"), holds=("loan",)),
    "loan paid": told(says("还这个月的房贷", "2,500"), YES, holds=("loan",), money_moved_fen=250_000),
    "loan paid early": told(says("提前还五万贷款", slots={"amount_fen": 5_000_000}), YES, holds=("loan",), money_moved_fen=5_000_000),
    "reminded and paid": customer(
        *CARD[:1], do("pin_ok", must_say=["还款|逾期"]), says("那就现在还了吧", action="second_confirm"), YES, OFF,
        holds=("late",), money_moved_fen=250_000,
    ),
    "reminded and in hardship": told(
        says("我现在还不上，能不能缓缓", action="human"), *TELLER, holds=("very late",), handed_to_human=True, resolved=None
    ),
    "reminded and here for something else": told(says("先帮我查下余额", "88,888", intent="query_balance"), holds=("late",)),
    "loan worked out": customer(says("贷款二十万分五年每月还多少", "每月"), AWAY),
    "recalled": told(says("我转错了，撤回来", intent="transfer_recall"), YES, sent=SENT, recalled_fen=200_000),
    "too late to recall": told(says("三天前转的那笔能撤回吗", "到账"), sent=LONG_SENT, resolved=None, recalled_fen=0),
    "limits": told(says("我一天最多能转多少", "元|万", intent="transfer_limit")),
    "power bill": told(says("交电费", intent="utility_payment"), YES, bills=POWER_BILL, money_moved_fen=12_800),
    "exchange rates": customer(says("今天美元汇率多少", "美元"), AWAY),
    "much cash booked": told(says("后天想取十万现金", intent="large_cash_appointment"), YES),
    "charges disputed": told(says("我卡里少了三千，不是我刷的"), YES, *TELLER, resolved=None, frozen=True),
    "complaint": told(says("等了一个小时没人管，我要投诉"), *TELLER, resolved=None, handed_to_human=True),
}  # fmt: skip
"""By words; only a finger confirms."""


def tapped(intent: str, *turns: Deed, **more: Any) -> Scenario:
    """Return a customer with the card in who says no word."""
    return told(do("touch", {"intent": intent}), *turns, **more)


def given(**value: Any) -> Deed:
    """Return the touch that gives a value."""
    return do("touch", value)


def anybody(intent: str) -> Scenario:
    """Return somebody without a card who looks something up."""
    return customer(do("touch", {"intent": intent}), AWAY)


TOUCH: dict[str, Scenario] = {
    "balance": tapped("query_balance"),
    "transactions": tapped("query_transactions"),
    "statement": tapped("print_statement", YES),
    "account": tapped("query_account_info"),
    "certificate": tapped("deposit_certificate", YES),
    "cash": tapped("withdraw_cash", given(amount_fen=130_000), YES, OFF, do("take_notes"), money_moved_fen=130_000),
    "deposit": tapped("deposit_cash", do("insert_notes", {"notes": {"100": 8}}), YES),
    "fixed deposit": tapped("fixed_deposit", given(amount_fen=330_000), given(term="一年"), YES, money_moved_fen=330_000),
    "early withdrawal": tapped("early_withdraw", YES, holds=("fixed",), money_moved_fen=5_000_000),
    "a part of a deposit": tapped("early_withdraw", given(amount_fen=1_000_000), YES, holds=("fixed",), money_moved_fen=1_000_000),
    "transfer to a saved payee": tapped("transfer", given(payee="赵敏"), given(amount_fen=123_400), YES, money_moved_fen=123_400),
    "transfer to an account": tapped("transfer", given(payee="钱多多"), given(amount_fen=20_000), YES, YES, resolved=None),
    "recalled": tapped("transfer_recall", YES, sent=SENT, recalled_fen=200_000),
    "status": tapped("transfer_status", sent=SENT),
    "limits": tapped("transfer_limit"),
    "power bill": tapped("utility_payment", given(bill="电费"), given(user_no="3301000601"), YES, bills=POWER_BILL, money_moved_fen=12_800),
    "card loss": tapped("report_loss", given(kind="credit"), YES, holds=("credit",)),
    "loss cancelled": tapped("cancel_loss", YES, *TELLER, status="loss_reported"),
    "replacement": tapped("replace_card", given(kind="damaged"), YES, *TELLER),
    "activation": tapped("activate_card", ID, NEW_PIN, YES, status="not_activated"),
    "new PIN": tapped("pin_change", NEW_PIN, YES),
    "forgotten PIN": customer(do("insert_card"), do("touch", {"intent": "pin_reset"}), ID, YES, *TELLER, NEW_PIN, OFF),
    "usual repayment": tapped("credit_card_repay", YES, holds=("credit",), money_moved_fen=356_000),
    "least repayment": tapped("credit_card_repay", given(pay_kind="minimum"), YES, holds=("credit",), money_moved_fen=35_600),
    "other repayment": tapped("credit_card_repay", given(amount_fen=100_000), YES, holds=("credit",), money_moved_fen=100_000),
    "bill": tapped("credit_card_bill", holds=("credit",)),
    "limit": tapped("credit_card_limit", holds=("credit",)),
    "annual fee": tapped("credit_card_annual_fee", holds=("credit",)),
    "points": tapped("rewards_points", holds=("credit",)),
    "instalments": tapped("credit_card_installment", given(amount_fen=300_000), given(period="12"), YES, holds=("credit",)),
    "application": tapped("credit_card_apply", given(product="金卡"), YES),
    "phone": tapped("change_phone", given(phone_tail="13812345678"), CODE, YES),
    "ID details": tapped("update_id_info", ID, YES, *TELLER),
    "unfreezing": tapped("account_unfreeze", YES, *TELLER, status="frozen"),
    "loan looked up": tapped("loan_query", holds=("loan",)),
    "loan paid": tapped("loan_repay", YES, holds=("loan",), money_moved_fen=250_000),
    "loan application": tapped("loan_apply", given(product="消费贷款"), given(amount_fen=10_000_000), given(term="三年"), YES),
    "redeemed": tapped("wealth_redeem", YES, holds=("wealth",)),
    "much cash booked": tapped("large_cash_appointment", given(amount_fen=10_000_000), YES),
    **{one: anybody(one) for one in ("deposit_rate", "fee_query", "branch_info", "foreign_exchange", "bond_gold_fund", "insurance", "fraud_help")},
}  # fmt: skip
"""Without a word."""
