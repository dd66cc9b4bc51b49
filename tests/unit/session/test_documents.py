"""A paper is shown by voice and by touch: it is named, its clauses are explained, and what a fraud wrote is weighed."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.dialogue import data
from guitai.dialogue.book import make, shipped_files
from guitai.dialogue.book import shipped as shipped_book
from guitai.dialogue.check_book import check_files
from guitai.dialogue.documents import shown
from guitai.knowledge.answers import by_id, shipped
from guitai.messages import document
from guitai.messages.device import DeviceState
from guitai.messages.document import DocumentClause, DocumentField, DocumentRead, ReadDocument
from guitai.messages.handover import Escalate
from guitai.messages.identity import DocumentFailed
from guitai.messages.risk import RecordRisk
from guitai.messages.session import CoreResumed
from guitai.messages.view import ChoicePart, ListPart
from guitai.messages.voice import CustomerSaid, ScamSignal
from guitai.view import view
from tests.unit.session.world import World, understood

LOAN = {
    "kind": "loan_contract",
    "fields": (
        DocumentField("amount_fen", "50000000"),
        DocumentField("rate_bp", "345"),
        DocumentField("term", "P360M"),
    ),
    "clauses": (
        DocumentClause("early_repayment", "第八条", ("30日", "1%")),
        DocumentClause("penalty", "第七条"),
        DocumentClause("guarantee", "", ("3年",)),
    ),
}
SCAM = {
    "kind": "message",
    "scam": ScamSignal(0.97, "strong", "safe_account", ("安全账户", "不要告诉家人")),
}


class Tray(World):
    """What lies on the tray is said by the test."""

    def answers(self, effect: Any) -> list[object]:
        return [] if isinstance(effect, ReadDocument) else super().answers(effect)

    def read(self, **paper: Any) -> list[Any]:
        request_id = self.last(ReadDocument).request_id
        return self.happen(DocumentRead(request_id, digest="0" * 64, lines=9, confidence=0.99, **paper))

    def laid(self, **paper: Any) -> list[Any]:
        self.press("menu:service")
        self.press("start:show_document")
        self.press("pick:laid")
        return self.read(**paper)

    @property
    def words(self) -> str:
        shown_ = view(self.state, "")
        return shown_.lead + shown_.more


@pytest.fixture
def tray() -> Tray:
    tray = Tray()
    tray.open()
    return tray


def buttons(tray: Tray) -> list[str]:
    return [o.target for part in view(tray.state, "").parts if isinstance(part, ChoicePart) for o in part.options]


def rows(tray: Tray) -> dict[str, str]:
    return {r.label: r.value for part in view(tray.state, "").parts if isinstance(part, ListPart) for r in part.rows}


@pytest.mark.parametrize(
    "text",
    [
        "帮我看看这张单子", "你帮我看一下这份合同", "麻烦看看这条短信", "这个短信是真的假的你帮我看看", "我手里这张保单看不懂",
        "这份协议写的啥", "人家给我发了个截图你给瞧瞧", "帮我看看合同", "师傅这张回单念给我听听", "这合同有没有问题",
        "我收到条短信你帮看", "替我解释一下这个条款", "看看我手里这个收据对不对", "我签了个贷款合同，想让你看看", "银行给我寄了封信我看不懂", "看看我这个理财合同", "我想让你帮我看一份文件", "这个通知单是啥意思",
        "我有张单子看不明白", "这张发票对不对", "请帮我解读一下理财说明书", "我眼睛花，这纸上写的什么", "有人给我发了这个截图，你帮我看看",
        "can you look at this contract",
        "please read this message for me",
    ],
)  # fmt: skip
def test_words_that_show_a_paper(text):
    assert shown(CustomerSaid(text, 0.9, understood("out_of_scope", 0.4), "en" if text.isascii() else "zh"))


@pytest.mark.parametrize(
    "text",
    [
        "帮我看看余额", "帮我看看开户要什么材料", "我的存单丢了帮我看看怎么办", "帮我看看我签的定期", "看看这个月的利息对不对", "打印一张回单", "我要开通短信提醒", "短信提醒怎么收费", "帮我查一下流水", "帮我看看那笔转账到没到",
        "我想办贷款要签什么合同", "合同在哪里签", "保单能贷款吗", "帮我看看这个月账单", "短信验证码收不到", "取消短信提醒", "这条短信说积分到期点链接，真的假的", "微信上绑这卡老提示不符，帮看看",
        "妹子，帮我看看这药说明书写的啥",
        "转账回单丢了能补打吗", "i want to check my balance",
    ],
)  # fmt: skip
def test_words_that_want_something_else(text):
    assert not shown(CustomerSaid(text, 0.9, understood("out_of_scope", 0.4), "en" if text.isascii() else "zh"))


def test_a_story_of_a_fraud_is_heard_first():
    scam = ScamSignal(0.9, "strong", "safe_account", ("安全账户",))
    assert not shown(CustomerSaid("帮我看看这条短信让我转到安全账户", 0.9, understood("fraud_help", scam=scam)))


def test_a_bank_that_reads_no_papers_leaves_the_business_out(tray: Tray) -> None:
    files = {name: text for name, text in shipped_files().items() if name != "flows/show_document.yaml"}
    files["menu.yaml"] = files["menu.yaml"].replace(", show_document", "").replace("show_document, ", "")
    assert check_files(files) == ()
    data.use(make(files))
    try:
        tray.say("帮我看看这份合同", "out_of_scope", p=0.4)
    finally:
        data.use(shipped_book())
    assert tray.state.task is None
    assert tray.words


def test_by_voice_a_contract_is_read_and_its_clauses_explained(tray):
    tray.say("帮我看看这份合同", "out_of_scope", p=0.4)
    assert (tray.state.stage, tray.state.asking) == ("slot", "laid")
    assert tray.all(document.ExpectDocument)
    tray.say("放好了", "affirm")
    assert tray.state.stage == "working"
    tray.read(**LOAN)
    assert "借款合同" in tray.words
    assert rows(tray) == {"金额": "500,000 元", "年利率或收益率": "3.45%", "期限": "360 个月"}
    assert {"pick:early_repayment", "pick:penalty", "pick:guarantee", "pick:none"} <= set(buttons(tray))
    assert "pick:fees" not in buttons(tray)
    tray.say("提前还款怎么算", "loan_repay")
    assert "第八条" in tray.words
    assert "30日、1%" in tray.words
    assert by_id("prepay", "zh").more in tray.words
    tray.say("那手续费呢", "fee_query")
    assert "没找到" in tray.words
    tray.say("没有了", "deny")
    assert (tray.state.stage, tray.state.outcome) == ("result", "show_document.done")


def test_by_touch_alone(tray):
    tray.laid(**LOAN)
    tray.press("pick:penalty")
    assert "第七条" in tray.words
    tray.press("pick:guarantee")
    assert "3年" in tray.words
    tray.press("pick:none")
    assert tray.state.stage == "result"
    tray.press("solved:yes")
    assert tray.closed.outcome == "show_document.done"


def test_of_a_second_paper_nothing_of_the_first_is_told(tray):
    tray.laid(**LOAN)
    tray.press("previous")
    tray.press("pick:laid")
    tray.read(kind="receipt", fields=(DocumentField("date", "2026-11-20"),))
    assert rows(tray) == {"日期": "2026年11月20日"}


def test_many_topics_leave_room_for_the_way_out(tray):
    topics = ("early_repayment", "penalty", "cooling_off", "lock_in", "fees", "risk_level", "guarantee")
    tray.laid(kind="loan_contract", clauses=tuple(DocumentClause(one, f"第{n}条") for n, one in enumerate(topics)))
    assert [target for target in buttons(tray) if target.startswith("pick:")][-1] == "pick:none"
    tray.say("有没有担保人", "loan_apply", p=0.9)
    assert "第6条" in tray.words


def test_a_slip_is_told_by_its_fields(tray):
    tray.laid(
        kind="transfer_slip",
        fields=(
            DocumentField("payee", "王*明"),
            DocumentField("payee_account_tail", "5678"),
            DocumentField("date", "2026-11-20"),
        ),
    )
    assert rows(tray) == {"收款人": "王*明", "收款账号": "尾号 5678", "日期": "2026年11月20日"}
    assert tray.state.stage == "result"


@pytest.mark.parametrize(
    ("paper", "words"),
    [
        ({"kind": "transfer_slip", "doubts": ("amounts_differ",)}, "对不上"),
        ({"kind": "receipt", "doubts": ("hard_to_read",)}, "不太清楚"),
        ({"kind": "other"}, "讲不了"),
        ({"kind": "message"}, "没看到骗人的话"),
        ({"kind": "message", "scam": ScamSignal(0.75, "weak", "prize", ("中奖",))}, "要小心"),
        (
            {"kind": "wealth_contract", "doubts": ("promises_return",), "scam": ScamSignal(0.75, "weak", "investment", ("保本",))},
            "高收益",
        ),
    ],
)  # fmt: skip
def test_what_to_be_careful_about(tray, paper, words):
    tray.laid(**paper)
    assert words in tray.words
    assert tray.state.stage == "result"


def test_a_scam_is_named_with_the_reviewed_answer_and_its_words_are_recorded(tray):
    tray.laid(**SCAM)
    assert "很像诈骗" in tray.words
    assert by_id("fr-safe-account", "zh").more in tray.words
    decided = tray.last(RecordRisk)
    assert decided.context.scam_strength == "strong"
    assert decided.context.scam_evidence == ("安全账户", "不要告诉家人")
    semantic = next(one for one in decided.decision.contributions if one.factor == "semantic")
    assert semantic.r > 8000
    assert "安全账户" in tray.state.transcript[-2].text


def test_after_a_scam_was_shown_a_transfer_brings_a_human(tray):
    tray.laid(**SCAM)
    tray.press("solved:no")
    tray.say("给张伟转三千", "transfer", payee="张伟", amount="3000")
    tray.insert_card()
    assert tray.last(Escalate).bundle.why == "risk"
    assert not tray.all(document.ReadDocument)[1:]


def test_a_scam_shown_in_the_middle_of_a_transfer_stops_it(tray):
    tray.insert_card()
    tray.say("给张伟转三千", "transfer", payee="张伟", amount="3000")
    assert tray.state.stage == "slot"
    tray.say("你先帮我看看这条短信", "out_of_scope", p=0.4)
    assert tray.state.later[0].kind == "transfer"
    tray.press("pick:laid")
    tray.read(**SCAM)
    tray.press("solved:yes")
    assert tray.last(Escalate).bundle.why == "risk"


def test_nothing_on_the_tray_is_said_and_in_the_end_a_human_comes(tray):
    tray.press("menu:service")
    tray.press("start:show_document")
    for tried in range(3):
        tray.press("pick:laid")
        tray.happen(DocumentFailed(tray.last(ReadDocument).request_id, "document.nothing_seen"))
        if tried < 2:
            assert (tray.state.stage, tray.state.asking) == ("slot", "laid")
            assert "没看到字" in tray.words
    assert tray.state.stage == "waiting"


def test_a_camera_that_is_out_of_use_is_said_at_once(tray):
    tray.happen(DeviceState("document_camera", False, "device.hardware"))
    tray.press("menu:service")
    tray.press("start:show_document")
    tray.press("pick:laid")
    assert not tray.all(ReadDocument)
    assert "用不了" in tray.words


def test_with_the_line_down_papers_are_read_all_the_same():
    tray = Tray(online=False)
    tray.open()
    tray.laid(**LOAN)
    assert "借款合同" in tray.words


def test_after_a_break_the_paper_is_read_again(tray):
    tray.press("menu:service")
    tray.press("start:show_document")
    tray.press("pick:laid")
    lost = tray.last(ReadDocument).request_id
    tray.happen(CoreResumed(()))
    again = tray.last(ReadDocument).request_id
    assert again != lost
    tray.happen(DocumentRead(lost, "other", "0" * 64, 1, 0.9))
    assert tray.state.stage == "working"
    tray.read(**LOAN)
    assert "借款合同" in tray.words


def test_in_english(tray):
    tray.press("language")
    tray.laid(**LOAN)
    assert "a loan contract" in tray.words
    tray.press("pick:early_repayment")
    assert "1%" in tray.words


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("early_repayment: {loan_contract: prepay,", "early_repayment: {loan_contract: perpay,", "there is no answer perpay; is prepay meant?"),
        ("      slot: laid\n", "      slot: lied\n", "there is no slot lied; is laid meant?"),
        ("      plain: clause_plain\n", "", "plain is wanted"),
        ("      unseen: unseen\n", "      unseen: unsaid\n", "there is no text unsaid"),
        ("      missing: scam_other\n", "      missing: scam_others\n", "there is no text scam_others"),
        ('value: {zh: "{lender}"', 'value: {zh: "{lander}"', "nothing gives {lander}; is lender meant?"),
    ],
)  # fmt: skip
def test_slips_in_the_flow_are_told(old, new, said):
    name = "flows/show_document.yaml"
    files = shipped_files()
    assert old in files[name]
    mistakes = check_files({**files, name: files[name].replace(old, new, 1)}, shipped().entries)
    assert any(said in mistake.what for mistake in mistakes), mistakes
