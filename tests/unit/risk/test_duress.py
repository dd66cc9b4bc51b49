"""A threat to the one who is spoken to, or a customer who is forced; not a story of one, nor rough love without company."""

from __future__ import annotations

import pytest

from guitai.risk.duress import threatened


@pytest.mark.parametrize(
    "words",
    [
        "快取，取不出来我弄死你",
        "少废话，把钱全转过来，敢喊试试",
        "不想挨刀就老实按",
        "再叫一声就捅你",
        "刀可不长眼，赶紧的",
        "你的命还要不要了",
        "别耍花样，密码输进去",
        "取不够打断你的腿",
        "不许报警，听见没有",
        "想活命就把卡里的都取了",
        "他拿刀逼着我来的",
        "后面那人逼着我取钱",
        "我被他们绑架了",
        "救命",
        "悄悄帮我报警",
        "救救我",
        "救救我吧",
        "救救我他有刀",
        "救救我有人抢劫",
        "救救我他们不让我走",
        "快救救我报警",
        "救救我们",
        "Transfer it now or I'll shoot you, I have a gun",
        "He is forcing me",
    ],
)
def test_a_robbery_is_heard_even_with_nobody_in_the_picture(words: str) -> None:
    assert threatened(words, company=False)


@pytest.mark.parametrize("words", ["老实点，按密码", "别出声，快点取", "取不出来有你好看", "给我老实按", "别想跑"])
def test_rough_words_count_only_with_somebody_close(words: str) -> None:
    assert threatened(words, company=True)
    assert not threatened(words, company=False)


@pytest.mark.parametrize(
    "words",
    [
        "取两万救命钱，我妈在医院等着动手术",
        "这是他的救命药钱",
        "急死我了，快点吧",
        "热死了，你们空调坏了吗",
        "绑定微信支付",
        "刀削面店要进货，取三千",
        "他说不给钱就弄死我儿子",
        "电话里说要我的命",
        "我哪敢报警啊",
        "帮我妈把养老金取了，她腿脚不好",
        "老实说我也不知道卡号",
        "快救救我女儿，她在国外被绑架了",
        "救救我们家孩子吧",
        "救救我的孩子，他在医院等着交钱",
        "求你们救救我妈，她要动手术",
        "别急别急，还没数完",
        "妈你快点，爸在车上等着",
        "不用喊人，我自己来",
        "砍价砍了你们一百",
        "打死我也不信有这种好事",
        "我要报警，我的卡被盗刷了",
        "被他骗了三千",
    ],
)
def test_what_honest_people_say_is_no_robbery(words: str) -> None:
    assert not threatened(words, company=True)
