"""A picture on which a card's number may stand is kept for nobody."""

from __future__ import annotations

import pytest

from guitai.messages.document import TextLine
from guitai.shell.papers import shows_card


@pytest.mark.parametrize(
    ("text", "card"),
    [
        ("6222 0212 3456 7890 128", True), ("4111 1111 1111 1111", True), ("卡号4111111111111111（借记）", True), ("4111-1111-1111-1112", True),
        ("身份证 330106196003150021", False), ("凭证号 2026 1126 0000 0001", False), ("2026年11月26日 金额 5,000.00", False), ("热线 95599", False),
    ],
)  # fmt: skip
def test_what_may_be_a_cards_number_counts(text: str, card: bool) -> None:
    line = TextLine(text, 0.9, 0, 0, 1, 1)
    assert shows_card((TextLine("借款合同", 0.9, 0, 0, 1, 1), line)) == card
