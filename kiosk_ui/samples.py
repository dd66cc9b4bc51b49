"""One sample view (or more) for every screen, after the mocks: what the gallery renders and the layout tests measure.

Names and figures are invented.
"""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import (
    AmountPart,
    BarItem,
    ChoicePart,
    CountdownPart,
    EntryPart,
    Hearing,
    ListPart,
    Option,
    PicturePart,
    Row,
    TextPart,
    VideoPart,
    View,
)

NOW_MS = 1_795_314_240_000
BAR = (
    BarItem("human", "人工", "human"),
    BarItem("back", "返回", "back"),
    BarItem("large", "大字", "big"),
    BarItem("again", "重说", "again"),
    BarItem("language", "语言", "lang"),
)
BAR_LARGE = (*BAR[:2], BarItem("large", "标准字", "big", on=True), *BAR[3:])
BAR_EN = (
    BarItem("human", "Teller", "human"),
    BarItem("back", "Back", "back"),
    BarItem("large", "Larger", "aa"),
    BarItem("again", "Repeat", "again"),
    BarItem("language", "中文", "lang"),
)
BASE = View(screen="conversation", lead="", bar=BAR, branch="和平路支行", mic="open")


def samples() -> dict[str, View]:
    """Return the sample views by file name."""
    return {**_journey(), **_risk(), **_hands(), **_ends(), **_variants()}


def _journey() -> dict[str, View]:
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


def _risk() -> dict[str, View]:
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
            screen="message",
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


def _hands() -> dict[str, View]:
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


def _ends() -> dict[str, View]:
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
                        Option("print", "打一张", icon="print"),
                        Option("scan", "扫码存", icon="qr"),
                        Option("none", "不要", icon="x"),
                    ),
                    "grid",
                ),
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


def _variants() -> dict[str, View]:
    journey, risk = _journey(), _risk()
    talk, confirm = journey["conversation"], risk["confirm"]
    english = replace(
        talk,
        lead="OK, 5,000 yuan to your *son*.",
        more="Is that Chen Haoran from your saved payees?",
        hearing=Hearing("heard", "I'd like to send 5,000 to my son."),
        bar=BAR_EN,
        language="en",
        branch="Heping Road Branch",
        captions=(),
        parts=(
            TextPart("**Say** one of these, or **tap** it", "label"),
            ChoicePart(
                (
                    Option("a", "Yes, Chen Haoran", "Saved payee · account ending 4471", "check", "primary"),
                    Option("b", "Someone else", icon="people"),
                    Option("c", "Change amount", icon="edit"),
                    Option("d", "Check balance", icon="yuan"),
                    Option("e", "Stop this", icon="x"),
                ),
                "grid",
            ),
        ),
    )
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
        risk["teller_text"],
        parts=(VideoPart("teller", "正在录音录像"), *risk["teller_text"].parts),
        bar=(BarItem("end_video", "结束视频", "x"), *BAR[1:]),
    )
    hands = _hands()
    return {
        "conversation_en": english,
        "conversation_large": large,
        "confirm_large": confirm_large,
        "sms_code_large": replace(risk["sms_code"], large=True, bar=BAR_LARGE),
        "take_card_large": replace(hands["take_card"], large=True, bar=BAR_LARGE),
        "teller_video": video,
    }


LANDSCAPE_ALSO = ("attract", "conversation", "confirm", "sms_code", "hold", "take_card", "satisfaction")
"""Samples that the gallery also renders in landscape."""
