"""Words said over and over are read in the time of their length: a pattern that tries every way to split them would hang here."""

from __future__ import annotations

import pytest

from edge_models.language import moves
from edge_models.language.corrections import correct
from edge_models.language.scam import _plain_order
from edge_models.language.spans import Span
from edge_models.language.withdrawn import instead, withdrawn

WORDS = (
    "不", "不不", "不是", "不对", "错了", "那就", "算了", "改成", "这笔钱", "哎呀", "哎呀哎", "这笔", "那个", "先", "还是",
    "不转", "不转了", "账上", "卡里", "卡上", "账户上", "转账", "付款", "打款", "汇款", "那里", "我得", "请你", "等一下",
)  # fmt: skip


@pytest.mark.parametrize("tail", ["", "龘", "，龘"])
@pytest.mark.parametrize("word", WORDS)
def test_words_said_over_and_over_hang_nothing(word, tail):
    text = word * 150 + tail
    name = Span("recipient", len(text), len(text) + 2, "王芳")
    correct(text, ())
    withdrawn(text)
    instead(text)
    moves.move(text)
    _plain_order(text + "王芳", (name,))
    _plain_order((word * 20)[:36] + "龘王芳", (Span("recipient", 37, 39, "王芳"),))
