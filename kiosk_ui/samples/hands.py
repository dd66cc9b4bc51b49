"""Screens at which hands are busy: PIN pad, card, cash."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    AmountPart,
    ChoicePart,
    CountdownPart,
    EntryPart,
    ListPart,
    Option,
    PicturePart,
    Row,
    TextPart,
    View,
)
from kiosk_ui.samples.base import BASE, NOW_MS


def hands() -> dict[str, View]:
    """Return the screens of card, PIN and cash."""
    slow = "我要慢一点，多给我一分钟"
    return {
        "pin": replace(
            BASE,
            screen="pin",
            lead="请在*下面的键盘*上按密码。",
            more="按完，再按绿色的“确认”。",
            mic="hidden",
            parts=(
                EntryPart("pin", "密码", 6, typed=3, secret=True, source="pin_pad"),
                PicturePart("pin_pad"),
                TextPart("用另一只手挡着按", "label", "hand"),
                TextPart("只有键盘知道密码，屏幕和柜员都看不到", "label", "lock"),
            ),
        ),
        "insert_card": replace(
            BASE,
            screen="insert_card",
            lead="请*插入银行卡*。",
            more="卡口在右手边，亮灯的地方。",
            parts=(
                PicturePart("insert_card"),
                ChoicePart((Option("no_card", "没带卡，用身份证", icon="id"),)),
            ),
        ),
        "insert_notes": replace(
            BASE,
            screen="insert_card",
            lead="请把钱*放进存款口*。",
            more="抚平、对齐，一次最多一百张。不用信封和夹子。",
            parts=(
                PicturePart("insert_notes", "存款口在下面，亮灯处"),
                CountdownPart(NOW_MS + 41_000, 60_000, "还有", extend_label=slow),
                ChoicePart((Option("back", "不办了", icon="x", style="minor"),)),
            ),
        ),
        "confirm_deposit": replace(
            BASE,
            screen="confirm",
            lead="请先取走*没认出来的几张*。",
            more="其余的点好了，看一眼，对就亲手点一下。",
            parts=(
                AmountPart("存款金额", "630.00", "元", "陆佰叁拾元整"),
                ListPart((Row("银行卡", "尾号 3802", "100 元 × 5 张，50 元 × 2 张，10 元 × 3 张"),)),
                ChoicePart(
                    (
                        Option("confirm", "对，存进去", icon="check", style="primary"),
                        Option("more_notes", "再放一些", icon="cash"),
                        Option("back", "不存了，钱退给我", icon="x"),
                    )
                ),
            ),
        ),
        "take_card": replace(
            BASE,
            screen="take_card",
            lead="请先*取走卡*。",
            more="卡在右手边，取走以后钱才会出来。",
            parts=(
                ListPart((Row("先取卡", state="current"), Row("再取钱", state="later")), "steps"),
                PicturePart("take_card"),
                CountdownPart(NOW_MS + 26_000, 30_000, "还有", extend_label=slow),
            ),
        ),
        "take_cash": replace(
            BASE,
            screen="take_cash",
            lead="请取走 *2,000 元*。",
            more="钱在下面的出钞口，\n请当面点一点。",
            parts=(
                ListPart((Row("卡取走了", state="done"), Row("现在取钱", state="current")), "steps"),
                PicturePart("take_cash"),
                CountdownPart(NOW_MS + 41_000, 60_000, "还有", extend_label=slow),
            ),
        ),
    }
