"""Processing, satisfaction, messages, out of service."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    ChoicePart,
    CountdownPart,
    ListPart,
    Option,
    Row,
    TextPart,
    View,
)
from kiosk_ui.samples.base import BASE, NOW_MS


def ends() -> dict[str, View]:
    """Return the last screens."""
    return {
        "processing": replace(
            BASE,
            screen="processing",
            lead="正在办，请稍等。",
            more="大约十秒。",
            parts=(
                ListPart(
                    (
                        Row("核对信息", state="done"),
                        Row("联系收款银行", state="current"),
                        Row("打印回单", state="later"),
                    ),
                    "steps",
                ),
            ),
        ),
        "satisfaction": replace(
            BASE,
            screen="satisfaction",
            lead="您的问题*解决了吗*？",
            more="没解决也没关系，我请柜员接着办。",
            parts=(
                TextPart("给刘 * 芳转 5,000 元，已受理\n明天 10:24 到账，到账前可以撤回", "note", "check"),
                ChoicePart(
                    (Option("unsolved", "还没有", icon="neutral"), Option("solved", "解决了", icon="smile")), "pair"
                ),
                TextPart("要回单吗？", "label"),
                ChoicePart(
                    (
                        Option("receipt:paper", "打一张", icon="print"),
                        Option("receipt:phone", "扫码存", icon="qr"),
                        Option("receipt:none", "不要", icon="x"),
                    ),
                    "grid",
                ),
            ),
        ),
        "message_still_there": replace(
            BASE,
            screen="message",
            lead="您还在吗？",
            more="不着急，点一下就接着办。",
            parts=(
                CountdownPart(NOW_MS + 17_000, 20_000, "还有"),
                ChoicePart(
                    (
                        Option("stay", "我还在，接着办", icon="hand", style="primary"),
                        Option("end", "不办了", icon="x"),
                    )
                ),
            ),
        ),
        "message_retained": replace(
            BASE,
            screen="message",
            lead="卡先由*银行保管*了。",
            more="卡没有取走，怕别人拿，机器替您收起来了。",
            face="calm",
            parts=(
                TextPart("编号\nHP-1122-0043", "case"),
                TextPart("带身份证到和平路支行领，周一到周五 9:00 到 17:00", "body", "id"),
                TextPart("急用请打客服 95500", "body", "phone"),
                ChoicePart((Option("human", "和柜员说话", icon="human", style="primary"),)),
            ),
        ),
        "message_case": replace(
            BASE,
            screen="message",
            lead="钱没有动，\n卡还给您。",
            more="柜员现在来不了，记住这个号码，随时可以接着办。",
            face="calm",
            parts=(
                TextPart("编号\nHP-1122-0042", "case"),
                TextPart("客服 95500，反诈专线 96110", "body", "phone"),
                ChoicePart((Option("card_back", "取回银行卡", icon="card", style="primary"),)),
            ),
        ),
        "out_of_service": replace(
            BASE,
            screen="out_of_service",
            lead="对不起，这台机器在*检修*。",
            more="出钞口 14:30 前修好。\n您的卡和钱都没问题。",
            tone="quiet",
            face="calm",
            online=False,
            parts=(
                TextPart("最近的网点　中山路支行", "question"),
                ListPart(
                    (
                        Row("走路 6 分钟", note="450 米，路平，有坡道", icon="walk"),
                        Row("今天开到 17:00", note="能取现金，有人工柜台", icon="clock"),
                    )
                ),
                ChoicePart((Option("human", "不取现金，和柜员视频", "查账、转账、挂失都能办", "cam", "primary"),)),
            ),
        ),
    }
