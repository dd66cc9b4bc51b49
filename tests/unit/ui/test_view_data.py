"""A view survives the trip through plain JSON, and what is not a view is refused with the field named."""

from __future__ import annotations

import orjson
import pytest

from guitai.errors import GuitaiError
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
    view_from_data,
    view_to_data,
)

EVERYTHING = View(
    screen="confirm",
    lead="请*亲手点*一下。",
    hearing=Hearing("heard", "好"),
    parts=(
        TextPart("转出金额", "label"),
        ChoicePart((Option("confirm", "对，转账", style="primary"),), "pair"),
        AmountPart("转出金额", "5,000.00", "元", "伍仟元整"),
        ListPart((Row("转给", "刘 * 芳", "户名由收款银行返回", state="done"),), "form"),
        EntryPart("sms_code", "验证码", 6, secret=True),
        PicturePart("take_card"),
        VideoPart("teller"),
        CountdownPart(1_700_000_000_000, 30_000, "还有"),
    ),
    bar=(BarItem("human", "人工", "human"),),
    captions=("请亲手点一下。",),
)


def test_every_part_survives_json():
    assert view_from_data(orjson.loads(orjson.dumps(view_to_data(EVERYTHING)))) == EVERYTHING


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"screen": "nowhere"}, "screen"),
        ({"parts": {}}, "parts"),
        ({"parts": [{"kind": "hologram"}]}, "no known kind"),
        ({"parts": [{"kind": "text", "text": "a", "colour": "red"}]}, "colour"),
        ({"parts": [{"kind": "text"}]}, "text"),
        ({"colour": "red"}, "colour"),
        ({"large": "yes"}, "large"),
    ],
)
def test_a_bad_view_is_refused_and_the_field_named(change, named):
    with pytest.raises(GuitaiError) as caught:
        view_from_data({"screen": "message", "lead": "请稍等", **change})
    assert caught.value.code == "wire.bad_data"
    assert named in str(caught.value)


@pytest.mark.parametrize("data", [None, [], "view", {"screen": "message"}])
def test_what_is_no_view_is_refused(data):
    with pytest.raises(GuitaiError, match=r"wire\.bad_data"):
        view_from_data(data)
