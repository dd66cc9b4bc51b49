"""Confirming, questions, holds, waiting, the human teller."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    AmountPart,
    ChoicePart,
    EntryPart,
    ListPart,
    Option,
    QueuePart,
    Row,
    SignaturePart,
    TextPart,
    View,
)
from kiosk_ui.samples.base import BASE


def risk() -> dict[str, View]:
    """Return the screens around risk."""
    return {
        "confirm": replace(
            BASE,
            screen="confirm",
            lead="请看一眼，对得上就*亲手点*一下。",
            more="光说不算，这样更安全。",
            parts=(
                AmountPart("转出金额", "5,000.00", "元", "伍仟元整　手续费 0 元"),
                ListPart(
                    (
                        Row("转给", "刘 * 芳", "户名由收款银行返回"),
                        Row("收款账号", "青禾银行　尾号 3308", "第一次给这个账号转账"),
                        Row("什么时候到", "24 小时后到账", "到账前，随时可以撤回"),
                    )
                ),
                ChoicePart(
                    (
                        Option("change", "不对，\n改一改", icon="edit"),
                        Option("confirm", "对，\n转账", icon="check", style="primary"),
                    ),
                    "pair",
                ),
            ),
        ),
        "risk_question": replace(
            BASE,
            screen="risk_question",
            lead="转之前，想问您一句。",
            more="钱还在您账户里，\n咱们不着急。",
            face="calm",
            parts=(
                TextPart("收款的“刘 * 芳”，\n您当面见过吗？", "question"),
                ChoicePart(
                    (
                        Option("met", "见过，我认识", icon="check"),
                        Option("phone", "没见过，只在手机上联系", icon="phone"),
                        Option("unsure", "我说不准", "请柜员陪您一起看", "ask"),
                    )
                ),
                TextPart(
                    "要是有人在电话里催您转，可以先挂掉。银行和警察都不会让您把钱转到别的账户。", "label", "shield"
                ),
            ),
        ),
        "sms_code": replace(
            BASE,
            screen="sms_code",
            lead="请把短信里的数字*按进来*。",
            more="验证码别念出声，\n也别告诉任何人。",
            mic="hidden",
            parts=(
                EntryPart("sms_code", "已发到您尾号 6620 的手机", 6, secret=True),
                ChoicePart((Option("resend", "没收到短信", style="minor"),)),
            ),
        ),
        "hold": replace(
            BASE,
            screen="hold",
            lead="钱都在，很安全。",
            more="这笔转账我们先停一停，请柜员来陪您看一看。",
            tone="hold",
            face="calm",
            parts=(
                ListPart(
                    (
                        Row("转账已经暂停", note="50,000.00 元还在您的账户里，没有转出", state="done"),
                        Row("柜员正在赶来", note="大约 1 分钟，最晚 3 分钟", state="current"),
                        Row("一起看清楚，再往下办", note="您说过的话柜员都知道，不用再说一遍", state="later"),
                    ),
                    "steps",
                ),
                ChoicePart(
                    (
                        Option("human", "现在就和柜员说话", icon="human", style="primary"),
                        Option("card_back", "今天先不转了，取回银行卡", icon="card"),
                    )
                ),
                TextPart("等的时候不用接电话，也不用操作手机。想多问一句，可以打 **96110** 咨询。", "label", "spk"),
            ),
        ),
        "waiting": replace(
            BASE,
            screen="waiting",
            lead="前面还有*一位*。",
            more="柜员已经知道您要办什么，马上就来。",
            parts=(
                AmountPart("大约还要", "2", "分钟"),
                QueuePart(("正在办", "下一位", "您")),
                TextPart("已经交给柜员，不用再说\n更新身份证有效期，新证件已经照好了", "note"),
                ChoicePart(
                    (
                        Option("meanwhile", "一边等，一边办别的", "位置给您留着", "list"),
                        Option("card_back", "不等了，取回银行卡", icon="card"),
                    )
                ),
            ),
        ),
        "message_consent": replace(
            BASE,
            screen="video_consent",
            lead="林柜员*来了*。",
            more="工号 0218，\n想和您视频通话。",
            parts=(
                TextPart("开始前，跟您说明三件事"),
                ListPart(
                    (
                        Row("柜员能看到您和这块屏幕", note="您按密码时，画面会自动遮住", icon="people"),
                        Row("通话会录音录像", note="只用来核对业务，留存在本行", icon="cam"),
                        Row("随时可以停", note="点“结束视频”，马上断开", icon="x"),
                    )
                ),
                ChoicePart(
                    (
                        Option("accept", "同意，开始视频", icon="cam", style="primary"),
                        Option("voice_only", "只用语音", icon="phone"),
                        Option("refuse", "不用视频", icon="x"),
                    ),
                    "grid",
                ),
            ),
        ),
        "signature": replace(
            BASE,
            screen="teller",
            lead="请您在*下面签名*。",
            tone="hold",
            teller_name="林峻　0218",
            listener_name="周主管",
            recorded=True,
            parts=(
                TextPart("林峻：看过了没问题，就请签个名。"),
                SignaturePart("用手指在框里写，写好点“签好了”"),
                ChoicePart((Option("sign:no", "不签", icon="x", style="minor"),)),
            ),
        ),
        "teller_page": replace(
            BASE,
            screen="teller",
            lead="这是您要的*业务说明*。",
            tone="hold",
            teller_name="林峻　0218",
            teller_lost=True,
            parts=(
                TextPart("大额转账怎么撤回", "question"),
                TextPart("到账前，随时可以在机器上或者打客服撤回。"),
                TextPart("撤回以后，钱马上回到您的账户。"),
                ChoicePart((Option("video:no", "关掉视频", style="minor"),), "grid"),
            ),
        ),
        "teller_text": replace(
            BASE,
            screen="teller",
            lead="王阿姨，您看这个账号，是对方*发给您的吗*？",
            tone="hold",
            teller_name="林峻　0218",
            parts=(
                TextPart("您和柜员看到的是同一页", "label"),
                ListPart(
                    (
                        Row("金额", "50,000.00 元", "钱还在您的账户里"),
                        Row("收款人", "刘 * 芳"),
                        Row("收款账号", "青禾银行　尾号 3308", "第一次转给这个账号"),
                    )
                ),
                TextPart("您可以直接说，也可以点", "label"),
                ChoicePart(
                    (Option("sent", "是别人发的", icon="phone"), Option("own", "我自己知道", icon="check")), "grid"
                ),
            ),
        ),
    }
