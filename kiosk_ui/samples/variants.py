"""Large print and video, after the same mocks."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    AmountPart,
    BarItem,
    ChoicePart,
    Hearing,
    ListPart,
    Option,
    Row,
    TextPart,
    VideoPart,
    View,
)
from kiosk_ui.samples.base import BAR, BAR_LARGE
from kiosk_ui.samples.hands import hands
from kiosk_ui.samples.journey import journey
from kiosk_ui.samples.risk import risk


def variants() -> dict[str, View]:
    """Return the variants."""
    held = risk()
    talk, confirm = journey()["conversation"], held["confirm"]
    large = replace(
        talk,
        large=True,
        bar=BAR_LARGE,
        more="是陈浩然吗？",
        hearing=Hearing("heard", "给我儿子转五千……对，就是他"),
        captions=(),
        parts=(
            TextPart("**说出来**或**点一下**都行", "label"),
            ChoicePart(
                (
                    Option("a", "是的，转给陈浩然", "账号尾号 4471", "check", "primary"),
                    Option("b", "转给别人", icon="people"),
                    Option("c", "不转了", icon="x"),
                )
            ),
        ),
    )
    confirm_large = replace(
        confirm,
        large=True,
        bar=BAR_LARGE,
        lead="对不对？\n请*亲手点*一下。",
        more="",
        parts=(
            AmountPart("转出金额", "5,000.00", "元", "伍仟元整"),
            ListPart((Row("转给", "刘 * 芳"), Row("账号", "尾号 3308"), Row("到账", "24 小时后"))),
            ChoicePart(
                (
                    Option("change", "不对，改一改", icon="edit"),
                    Option("confirm", "对，转账", icon="check", style="primary"),
                ),
                "pair",
            ),
        ),
    )
    video = replace(
        held["teller_text"],
        parts=(VideoPart("teller", "正在录音录像"), *held["teller_text"].parts),
        bar=(BarItem("end_video", "结束视频", "x"), *BAR[1:]),
    )
    easing = replace(
        talk,
        lead="怎样*更方便*？",
        more="点一下就换，再点换回来。",
        captions=(),
        hearing=None,
        bar=tuple(replace(item, on=item.target == "ease") for item in BAR),
        parts=(
            ChoicePart(
                (
                    Option("contrast", "黑底白字", icon="sun"),
                    Option("low", "按钮放低", icon="down"),
                    Option("ease:done", "好了，接着办", icon="check", style="primary"),
                )
            ),
        ),
    )
    talk_high = replace(talk, high_contrast=True)
    return {
        "easing": easing,
        "conversation_contrast": talk_high,
        "hold_contrast": replace(held["hold"], high_contrast=True),
        "pin_contrast": replace(hands()["pin"], high_contrast=True),
        "conversation_low": replace(talk, low=True),
        "confirm_low": replace(confirm, low=True),
        "conversation_large": large,
        "confirm_large": confirm_large,
        "sms_code_large": replace(held["sms_code"], large=True, bar=BAR_LARGE),
        "take_card_large": replace(hands()["take_card"], large=True, bar=BAR_LARGE),
        "teller_video": video,
    }
