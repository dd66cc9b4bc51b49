"""What rules beside the heads decide: an errand taken back, a payment told in a story, an order that says nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_models.language import corrections, entities
from edge_models.language.understand import Understander
from edge_models.language.withdrawn import withdrawn


@pytest.fixture(scope="module")
def whole(models_dir: Path) -> Understander:
    return Understander(models_dir)


TAKEN_BACK = [
    "路上拿着不安全，不取了", "算了不转了", "那我不办了", "手续费这么贵，先不汇了", "利息太低，那就不存了", "我儿子说他交过了，今天不交了",
    "我跟她通了电话，是假的，不转", "看不懂，不买了，谢谢", "不存了，把钱退给我", "钱退我，不存了", "回去商量商量，先不买了", "是孩子买的，不用查了",
    "唉不打了不打了", "要验证码啊，那不弄了", "人家不要了，不给他打了", "额不办咧，不办了", "唔转啦", "账号没带，算了", "太晚了，改天再来", "找到了，不补了，走了",
]  # fmt: skip


@pytest.mark.parametrize("text", TAKEN_BACK)
def test_taken_back(whole: Understander, text: str) -> None:
    assert whole.understand(text).intents[0].name == "cancel"


@pytest.mark.parametrize(
    "text",
    [
        "卡不用了，销了吧", "短信费太贵，不要了", "他欠我的钱不还了怎么办", "取不了钱了", "怎么不能转了", "为什么不让我取了", "不取钱，查余额", "单子明天满，不取，再存一年",
        "确定，不改了", "预约的那笔转账还没到，不转了", "不转活期了吗", "我不识字，帮我转两千", "机器不吐钱了", "这卡刷不了了", "只问手续费，先不转",
    ],
)  # fmt: skip
def test_not_taken_back(text: str) -> None:
    assert not withdrawn(text)


@pytest.mark.parametrize(
    ("text", "errand"),
    [
        ("等半天了，不等了，我自己查余额", "query_balance"), ("不取了，改成转账，给王师傅三千", "transfer"), ("不排队了，就在这取五百", "withdraw_cash"),
        ("太麻烦了，给我叫个人", "human_agent"), ("算了，转账吧，给我女儿两千", "transfer"),
    ],
)  # fmt: skip
def test_what_is_wanted_instead(whole: Understander, text: str, errand: str) -> None:
    assert whole.understand(text).intents[0].name == errand


def test_a_complaint_stays_one(whole: Understander) -> None:
    assert whole.understand("等了两个小时没人管，我要投诉你们，不办了").intents[0].name == "complaint"


PAYS = [
    ("孙子报了个书法班，一年一千六给褚老师褚红", 160_000), ("学车的，先交两千给顺安驾校", 200_000), ("客服在电话里教我，说转八千到那个理赔账户就能退", 800_000),
    ("他们是检察院的，让我先打两万过去做资金核查", 2_000_000), ("那个老师说交一万二名额就留给我，下个月翻倍", 1_200_000), ("网上帮我追回被骗的钱，要先交两千服务费", 200_000),
    ("听课的专家那个降压仪，一套六千八，今天最后两台，我买", 680_000),
]  # fmt: skip


@pytest.mark.parametrize(("text", "fen"), PAYS)
def test_a_payment_told_as_a_story(whole: Understander, text: str, fen: int) -> None:
    heard = whole.understand(text)
    assert (heard.intents[0].name, heard.intents[0].probability >= 0.7) == ("transfer", True)
    assert f"{fen / 100:.2f}" in {one.norm for one in heard.entities if one.type == "amount"}


@pytest.mark.parametrize(
    "text",
    [
        "有人让我转两万到安全账户，是不是骗子", "我昨天给一个假客服打了八千，怎么办", "我妈非要给那个老师打三万，我拦不住", "交五百就能领补贴，这个可信吗",
        "我被骗了一万二，报警了", "隔壁买的那个理财翻了番，我也要三万",
    ],
)  # fmt: skip
def test_a_doubt_is_no_order(whole: Understander, text: str) -> None:
    assert whole.understand(text).intents[0].name != "transfer"


PLAIN = [
    "往郁涛户头打两千四", "汇六万八到茅海", "转一万到解小妹那儿", "给单静汇一千九", "打三千到冉师傅卡上", "麻烦帮我给桑姐转八百块钱", "转给逄勇五百", "再给我姐打两千",
]  # fmt: skip


@pytest.mark.parametrize("text", PLAIN)
def test_a_plain_order_is_no_sign_of_a_fraud(whole: Understander, text: str) -> None:
    signal = whole.understand(text).scam
    assert (signal.strength, signal.score <= 0.1) == ("none", True)


@pytest.mark.parametrize("text", ["转五万到他给的账户", "打三万到安全账户", "给网上那个老师转两万"])
def test_more_than_a_plain_order_is_weighed(whole: Understander, text: str) -> None:
    assert whole.understand(text).scam.score > 0.1


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("三万五股本打给老周", "35000.00"), ("交三千五车位费", "3500.00"), ("两千八人情", "2800.00"), ("打三千二人工费", "3200.00"), ("存三千卡里", "3000.00"),
        ("转五千下个月的房租", "5000.00"), ("五千二路费", "5200.00"), ("一千六口粮钱", "1600.00"), ("取2千五", "2500.00"), ("转1万2千", "12000.00"),
        ("转3万零五百", "30500.00"), ("五百五", "550.00"), ("四千五份子", "4500.00"), ("一万二家用", "12000.00"),
    ],
)  # fmt: skip
def test_an_amount_beside_a_word_that_looks_like_a_counter(text: str, amount: str) -> None:
    assert [span.norm for span in entities.spans(text) if span.type == "amount"] == [amount]


@pytest.mark.parametrize("text", ["五张卡", "三年定期", "第三个人", "二十五号", "要三份流水", "买三股"])
def test_counts_are_no_amounts(text: str) -> None:
    assert not [span for span in entities.spans(text) if span.type == "amount"]


@pytest.mark.parametrize(
    ("text", "kind", "value"),
    [
        ("哦不，六百", "amount", "600.00"), ("不，要八百", "amount", "800.00"), ("收款人错了，是茅桂兰", "recipient", "茅桂兰"), ("金额报错了，一千九", "amount", "1900.00"),
        ("不是毛桂兰，是草字头那个茅，茅桂兰", "recipient", "茅桂兰"), ("不对，名字是弓长张的张伟", "recipient", "张伟"), ("不是厉军，是厉勇", "recipient", "厉勇"),
    ],
)  # fmt: skip
def test_corrections(text: str, kind: str, value: str) -> None:
    found = (*entities.spans(text), *entities.details_of(text))
    corrected = corrections.correct(text, found)
    assert corrected is not None
    assert [span.norm for span in corrected.spans if span.type == kind][-1] == value


@pytest.mark.parametrize("text", ["不，谢谢", "不是我刷的，卡里少了两千", "密码错了，怎么办"])
def test_no_corrections(text: str) -> None:
    assert corrections.correct(text, (*entities.spans(text), *entities.details_of(text))) is None
