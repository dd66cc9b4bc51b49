"""What a customer says, and what is pressed, to get each business done; what the bank then has to have been told."""

from __future__ import annotations

from dataclasses import dataclass, field

from guitai.messages.business import Values

Said = tuple[str, dict[str, str]]
"""Words and the entities in them."""


@dataclass(frozen=True)
class Script:
    kind: str
    opening: Said | None = None
    """None: begun on the menu, no intent stands for it."""

    answers: dict[str, Said] = field(default_factory=dict)
    """What is said to each question."""

    touches: dict[str, str] = field(default_factory=dict)
    """What is pressed or typed where the first button is not it."""

    orders: tuple[str, ...] = ()
    sent: dict[str, str] = field(default_factory=dict)
    """Parameters of the last order, as the words mean them."""

    rows: dict[str, tuple[Values, ...]] = field(default_factory=dict)
    fields: dict[str, dict[str, str]] = field(default_factory=dict)
    ends: str = "result"
    card: bool = False
    """The card is in the machine already."""

    then: str = ""
    """By touch: the button that is pressed on the first result."""


def cards(status: str) -> dict[str, tuple[Values, ...]]:
    """One card of that status between two others."""
    states = ("normal", status, "normal")
    return {
        "cards": tuple(
            (("card_id", f"c{n}"), ("card_tail", f"380{n}"), ("kind", "debit"), ("status", state))
            for n, state in enumerate(states)
        )
    }


PHONE = "v9|0628|11"
ACCOUNT = "v9|0628|10"
RISK = {
    "income": ("退休金为主", {}), "share": ("不到一成吧", {}), "experience": ("只买过国债", {}), "knowledge": ("了解一些", {}),
    "horizon": ("三年以上", {}), "goal": ("本金安全", {}), "loss": ("一点不能亏", {}),
}  # fmt: skip

SCRIPTS = (
    Script("transactions", ("看看上个月的明细", {"date": "M-1"})),
    Script("statement", ("打流水", {}), {"period": ("最近半年的", {"period": "P6M"})}),
    Script("certificate", ("开个存款证明", {}), orders=("certificate",), sent={"kind": "deposit"}),
    Script("account_info", ("我这卡是哪个支行开的", {})),
    Script("account_upgrade", ("升一类户", {}), orders=("upgrade_account",), fields={"account_info": {"account_class": "II"}}),
    Script("account_unfreeze", ("卡被限制了", {}), orders=("unfreeze_account",), fields={"account_info": {"status": "restricted"}}),
    Script(
        "open_account", ("我想开个户", {}),
        {"phone": ("一三八……", {"phone": PHONE}), "purpose": ("发工资用", {})},
        touches={"phone": PHONE}, orders=("open_account",), sent={"phone": "vault:v9", "purpose": "salary", "id_card": "person:ptok"},
    ),
    Script("close_account", ("这张卡不要了，销户", {}), orders=("close_account",)),
    Script("update_id", ("身份证换新的了", {}), orders=("update_id",), sent={"id_card": "person:ptok"}),
    Script(
        "change_phone", ("换个手机号", {}), {"phone": ("新号尾号0628", {"phone": PHONE})},
        touches={"phone": PHONE}, orders=("change_phone",), sent={"phone": "vault:v9"},
    ),
    Script("my_deposits"),
    Script(
        "open_deposit", ("存定期八千", {"amount": "8000"}), {"term": ("一年", {})},
        orders=("open_deposit",), sent={"amount_fen": "800000", "term": "P1Y"},
    ),
    Script("early_withdraw", ("定期提前取", {}), {"deposit": ("第二笔", {})}, orders=("early_withdraw",), sent={"deposit_id": "deposit-1"}),
    Script("transfer_status", ("我转的钱到没到", {})),
    Script(
        "transfer_recall", ("转错了，撤回来", {}), {"transfer": ("第一笔", {})},
        orders=("recall_transfer",), sent={"transfer_id": "transfer-0"},
    ),
    Script(
        "transfer_limit", ("把限额提到二十万", {"amount": "200000"}), then="start:transfer_limit want=change",
        orders=("set_transfer_limit",), sent={"daily_fen": "20000000"},
    ),
    Script(
        "book_cash", ("明天取十万现金", {"amount": "100000", "date": "D+1"}), orders=("book_cash",), sent={"date": "D+1"},
    ),
    Script("report_loss", ("卡丢了", {}), {"card": ("尾号3803", {})}, orders=("report_loss",), sent={"card_id": "card-1"}),
    Script("cancel_loss", ("卡找到了", {}), orders=("cancel_loss",), sent={"card_id": "c1"}, rows=cards("lost")),
    Script(
        "replace_card", ("卡坏了，换一张", {}), {"card": ("3803那张", {})},
        orders=("replace_card",), sent={"card_id": "card-1", "reason": "damaged"},
    ),
    Script("activate_card", ("新卡激活一下", {}), orders=("change_pin", "activate_card"), sent={"card_id": "c1"}, rows=cards("inactive")),
    Script("change_pin", ("改密码", {}), orders=("change_pin",)),
    Script("reset_pin", ("密码忘了", {}), orders=("reset_pin", "change_pin")),
    Script(
        "swallowed_card", ("这台机器把我的卡吞了", {}), {"card": ("第一张", {})},
        orders=("claim_swallowed",), sent={"place": "this", "card_tail": "3802"},
    ),
    Script(
        "credit_card_apply", ("想办一张信用卡", {}), {"product": ("金卡", {})},
        orders=("apply_credit_card",), sent={"product": "gold"},
    ),
    Script(
        "credit_card_repay", ("还信用卡", {}), {"amount": ("还最低就行", {})}, orders=("repay_card",), sent={"amount_fen": "50000"},
        fields={"credit_card": {"min_due_fen": "50000", "card_tail": "9911"}},
    ),
    Script("credit_card_bill", ("这个月账单多少", {})),
    Script(
        "credit_card_limit", ("额度提到五万", {"amount": "50000"}), then="start:credit_card_limit want=change",
        orders=("set_credit_limit",), sent={"limit_fen": "5000000"},
    ),
    Script(
        "credit_card_instalment", ("账单分期", {}), {"amount": ("全部", {}), "periods": ("分十二期", {"instalments": "12"})},
        orders=("start_installment",), sent={"amount_fen": "1000000", "periods": "12"},
    ),
    Script("credit_card_annual_fee", ("年费多少钱", {}), card=True),
    Script("rewards_points", ("查一下积分", {})),
    Script("mobile_bank", ("开手机银行", {}), orders=("sign_up",), sent={"service": "mobile_bank"}),
    Script("sms_alert", ("开短信提醒", {}), orders=("sign_up",), sent={"service": "sms_alert"}),
    Script("u_key", ("办个U盾", {}), orders=("sign_up",), sent={"service": "u_key"}),
    Script("bind_payment", ("绑定一下", {}), {"app": ("微信", {})}, orders=("sign_up",), sent={"service": "wechat_pay"}),
    Script(
        "utility_payment", ("交电费", {"bill": "电费"}), {"user_no": ("户号念给你", {"user_no": ACCOUNT})},
        touches={"user_no": ACCOUNT}, orders=("pay_utility",), sent={"bill": "电费", "user_no": "vault:v9", "amount_fen": "12860"},
        fields={"utility_bill": {"amount_fen": "12860"}},
    ),
    Script(
        "loan_apply", ("想贷款装修", {}), {"amount": ("十万", {"amount": "100000"}), "months": ("三年", {})},
        orders=("apply_loan",), sent={"product": "consumer", "amount_fen": "10000000", "months": "36"},
    ),
    Script("loan_quote", None, {"amount": ("三十万", {"amount": "300000"}), "months": ("二十年", {})}),
    Script(
        "loan_repay", ("还房贷", {}), {"loan": ("第一笔", {}), "amount": ("还这一期", {})},
        orders=("repay_loan",), sent={"loan_id": "loan-0", "amount_fen": "1000000"},
    ),
    Script("loan_query", ("我还欠多少贷款", {})),
    Script("risk_profile", None, RISK, orders=("set_risk_profile",), sent={"answers": "3,10,4,5,10,0,0"}),
    Script(
        "wealth_products", ("买点理财", {}),
        {"product": ("第一个", {}), "amount": ("五万", {"amount": "50000"}), "agree": ("看清了，我同意", {})},
        orders=("buy_wealth",), sent={"product_id": "product-0", "amount_fen": "5000000"},
    ),
    Script("wealth_redeem", ("把理财赎回来", {}), {"holding": ("第二个", {})}, orders=("redeem_wealth",), sent={"holding_id": "holding-1"}),
    Script(
        "queue", ("取个号", {}), {"business": ("办贷款", {})}, touches={"want": "pick:later"},
        orders=("book_visit",), sent={"business": "wealth", "date": "D0"},
    ),
    Script("complaint", None, {"story": ("等了两个钟头没人理我", {})}, orders=("complain",), sent={"story": "等了两个钟头没人理我"}),
    Script(
        "work_order", None, {"type": ("服务方面", {}), "story": ("大厅的椅子坏了两把", {})},
        orders=("work_order",), sent={"type": "service", "subtype": "note", "story": "大厅的椅子坏了两把"},
    ),
    Script(
        "unauthorised", ("有一笔三千的不是我刷的", {"amount": "3000"}),
        orders=("freeze_account", "dispute_charges"), sent={"charges": "有一笔三千的不是我刷的"}, ends="waiting",
    ),
    Script("show_document", None, {"laid": ("放好了", {})}),
    Script("exchange_rates", ("今天美元什么价", {})),
)  # fmt: skip
