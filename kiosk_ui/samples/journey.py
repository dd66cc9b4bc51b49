"""From the attract screen to a filled form."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    ChoicePart,
    EntryPart,
    Hearing,
    ListPart,
    Option,
    Row,
    TextPart,
    View,
)
from kiosk_ui.samples.base import BAR, BASE


def journey() -> dict[str, View]:
    """Return the first screens."""
    services = (
        ("存取现金", "cash"), ("转账汇款", "send"), ("查余额", "yuan"), ("打印流水", "list"),
        ("挂失补卡", "card"), ("更新身份证", "id"), ("改密码", "lock"), ("问利率、问政策", "ask"),
    )  # fmt: skip
    return {
        "attract": replace(
            BASE,
            screen="attract",
            lead="我是小台，\n这里的数字柜员。",
            more="走近一点，\n跟我说话就行。",
            mic="shut",
            bar=(BAR[0], replace(BAR[1], enabled=False), *BAR[2:]),
            parts=(
                TextPart("想办什么，说一声", "question"),
                ListPart(tuple(Row(label, icon=icon) for label, icon in services), "services"),
                ChoicePart((Option("start", "点这里，开始办理", style="primary"),)),
            ),
        ),
        "greeting": replace(
            BASE,
            lead="您好，我是*小台*。",
            more="要我帮忙吗？说一声就行。",
            hearing=Hearing("listening"),
            captions=("要我帮忙吗？说一声就行。",),
            parts=(
                ChoicePart(
                    (
                        Option("transfer", "转账", "给家人、朋友或单位", "send"),
                        Option("withdraw", "取现金", "要带银行卡", "cash"),
                        Option("menu:all", "更多业务", icon="ask"),
                    )
                ),
            ),
        ),
        "conversation_offline": replace(
            BASE,
            lead="现在连不上银行。",
            more="问利率、问政策，我还能答。",
            face="calm",
            online=False,
            hearing=Hearing("uncertain", "我想查一下余额"),
            parts=(
                TextPart("查余额和转账要等网络好了再办，您的钱没有变化", "note", "net"),
                ChoicePart(
                    (Option("menu:ask", "问一问", icon="ask"), Option("end", "不办了，取回银行卡", icon="card"))
                ),
            ),
        ),
        "conversation": replace(
            BASE,
            lead="好的，给*儿子*转 5,000 元。",
            more="是常用收款人里的陈浩然吗？",
            hearing=Hearing("listening", "我想给我儿子转五千块钱……对，就是他"),
            captions=("是常用收款人里的陈浩然吗？",),
            parts=(
                TextPart("下面的话，**说出来**或**点一下**都行", "label"),
                ChoicePart(
                    (
                        Option("choice:chen", "是的，转给陈浩然", "常用收款人 · 账号尾号 4471", "check", "primary"),
                        Option("choice:other", "转给别人", icon="people"),
                        Option("choice:amount", "改金额", icon="edit"),
                        Option("balance", "先查余额", icon="yuan"),
                        Option("stop", "不转了", icon="x"),
                    ),
                    "grid",
                ),
            ),
        ),
        "conversation_answer": replace(
            BASE,
            lead="定期存款三年利率是 *1.25%*，一年是 0.95%。\n存满三年再取，利息最多；提前取按活期算，今天的活期利率是 0.05%。",
            hearing=Hearing("heard", "你们这儿定期利率多少"),
            parts=(ChoicePart((Option("more", "还想问别的", icon="ask"), Option("stop", "没有了", icon="x"))),),
        ),
        "conversation_listening": replace(
            BASE,
            lead="您好，想办什么？",
            more="跟我说，或者点一下。",
            hearing=Hearing("listening"),
            parts=(
                ChoicePart(
                    (
                        Option("transfer", "转账", icon="send"),
                        Option("withdraw", "取现金", icon="cash"),
                        Option("balance", "查余额", icon="yuan"),
                        Option("ask", "问一问", icon="ask"),
                    ),
                    "grid",
                ),
            ),
        ),
        "home": replace(
            BASE,
            lead="您好，*想办什么*，跟我说。",
            hearing=Hearing("listening"),
            parts=(
                TextPart("说出来或点一下都行", "label"),
                ChoicePart(
                    (
                        Option("start:transfer", "转账汇款", "说出收款人和金额", "send"),
                        Option("start:withdraw", "取现金", "一次最多 20,000 元", "cash"),
                        Option("start:deposit", "存现金", "机器点钞，您再确认", "cash"),
                        Option("start:balance", "查余额", "只在屏幕上看", "yuan"),
                        Option("menu:all", "更多业务", icon="ask"),
                        Option("end", "不办了，取回银行卡", icon="card", style="minor"),
                    )
                ),
            ),
        ),
        "amount": replace(
            BASE,
            lead="要取*多少钱*？",
            more="说出来，或者点一下。",
            hearing=Hearing("heard", "我要取钱"),
            parts=(
                TextPart("说出来或点一下都行", "label"),
                ChoicePart(
                    (
                        Option("amount:50000", "500 元", icon="cash"),
                        Option("amount:100000", "1,000 元", icon="cash"),
                        Option("amount:200000", "2,000 元", icon="cash"),
                        Option("amount:500000", "5,000 元", icon="cash"),
                        Option("start:balance", "先看看余额", style="minor"),
                    ),
                    "grid",
                ),
                EntryPart("amount", "取款金额", 0),
                ChoicePart((Option("back", "不办了", icon="x", style="minor"),)),
            ),
        ),
        "form": replace(
            BASE,
            screen="form",
            lead="还差*一个账号*。",
            more="请把刘晓芳的卡号念给我听，念慢点没关系。",
            parts=(
                ListPart(
                    (
                        Row("收款人", "刘晓芳", "听您说的", "done"),
                        Row("金额", "5,000.00 元", "伍仟元整", "done"),
                        Row("收款账号", "8801 26", "正在听……", "current"),
                        Row("附言", "可以不填", "", "empty"),
                    ),
                    "form",
                ),
                ChoicePart(
                    (Option("keypad", "用键盘输入", icon="pad"), Option("payees", "常用收款人", icon="people")), "grid"
                ),
            ),
        ),
        "form_keypad": replace(
            BASE,
            screen="form",
            lead="请按*收款账号*。",
            parts=(EntryPart("account", "收款账号", 0),),
        ),
    }
