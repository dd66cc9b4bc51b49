"""What a sentence does to the dialogue: several errands, taking something back, moves such as 等一下."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_models.language import corrections, entities, moves
from edge_models.language.understand import Understander


@pytest.fixture(scope="module")
def whole(models_dir: Path) -> Understander:
    return Understander(models_dir)


@pytest.mark.parametrize(
    ("text", "errands"),
    [
        ("先查余额再转五千给我儿子", ["query_balance", "transfer"]),
        ("转五千给我儿子，顺便问下手续费", ["transfer", "fee_query"]),
        ("取五百，取完再看看还剩多少", ["withdraw_cash", "query_balance"]),
        ("查余额、打流水", ["query_balance", "print_statement"]),
        ("先给张伟转五千，再给李四转三千", ["transfer", "transfer"]),
    ],
)
def test_errands_of_one_sentence(whole: Understander, text: str, errands: list[str]) -> None:
    clauses = whole.understand(text).clauses
    assert [clause.intents[0].name for clause in clauses] == errands
    assert all(clause.text in text for clause in clauses)


def test_each_clause_has_its_own_entities(whole: Understander) -> None:
    clauses = whole.understand("先给张伟转五千，再给李四转三千").clauses
    amounts = [[entity.norm for entity in clause.entities if entity.type == "amount"] for clause in clauses]
    assert amounts == [["5000.00"], ["3000.00"]]


@pytest.mark.parametrize(
    "text",
    [
        "我想给张伟转五千块",
        "我的身份证过期了，卡用不了",
        "卡丢了，帮我挂失",
        "再说一遍",
        "取一千，不不，取一千五吧",
        "谢谢，再见",
    ],
)
def test_one_errand_is_not_cut(whole: Understander, text: str) -> None:
    assert whole.understand(text).clauses == ()


@pytest.mark.parametrize(
    ("text", "type_", "meant"),
    [
        ("不对，是三千", "amount", "3000.00"),
        ("说错了，转给王芳", "payee", "王芳"),
        ("改成五千", "amount", "5000.00"),
        ("不是三千是五千", "amount", "5000.00"),
        ("是五千，不是三千", "amount", "5000.00"),
        ("转五千，哦不对，六千", "amount", "6000.00"),
        ("收款人改成王芳", "payee", "王芳"),
        ("不是王芳，是王方", "payee", "王方"),
    ],
)
def test_the_value_meant_is_last(text: str, type_: str, meant: str) -> None:
    corrected = corrections.correct(text, entities.spans(text))
    assert corrected is not None
    assert [span.norm for span in corrected.spans if span.type == type_][-1] == meant


def test_a_denied_value_is_gone() -> None:
    corrected = corrections.correct("不是三千是五千", entities.spans("不是三千是五千"))
    assert corrected is not None
    assert [span.norm for span in corrected.spans] == ["5000.00"]


@pytest.mark.parametrize(
    "text",
    [
        "这笔不是我刷的",
        "转错了，帮我撤回",
        "密码不对，怎么办",
        "余额不对啊，少了五百",
        "手机号改成13800001234",
        "不是骗子吧",
    ],
)
def test_no_correction(text: str) -> None:
    assert corrections.correct(text, entities.spans(text)) is None


def test_the_errand_meant_goes_first(whole: Understander) -> None:
    understood = whole.understand("不是转账，是取款")
    assert (understood.intents[0].name, understood.correction) == ("withdraw_cash", True)


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("等一下", "wait"), ("稍等", "wait"), ("我找找", "wait"), ("你先等会儿，我打个电话", "wait"), ("hold on", "wait"), ("等一下，我找找卡号", "wait"), ("我翻翻那张单子", "wait"), ("让我看看户号", "wait"),
        ("跳过", "skip"), ("先不填", "skip"), ("随便", "skip"), ("哪个都行", "skip"),
        ("继续", "continue"), ("接着办", "continue"), ("接着刚才的办", "continue"),
        ("不知道", "unsure"), ("忘了", "unsure"), ("我也不清楚", "unsure"), ("他账号我不知道", "unsure"),
        ("再说一遍", "repeat"), ("没听清", "repeat"), ("上一步", "back"), ("返回", "back"),
        ("取五百", ""), ("我查一下余额", ""), ("密码忘了", ""), ("确认", ""), ("算了", ""), ("等一下，我要改成三千", ""), ("看看余额", ""), ("", ""),
    ],
)  # fmt: skip
def test_moves(text: str, move: str) -> None:
    assert moves.move(text) == move
