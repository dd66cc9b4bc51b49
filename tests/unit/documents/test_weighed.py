"""The closed list and the scoring of spoken words together."""

from __future__ import annotations

import pytest

from guitai.documents.read import understand
from guitai.messages.voice import ScamSignal
from guitai.shell.papers import weighed
from tests.fixtures.papers import boxes

NONE = ScamSignal(0.1, "none")
WEAK = ScamSignal(0.8, "weak", "prize", ("王警官",))
STRONG = ScamSignal(0.97, "strong", "prize", ("王警官",))


@pytest.mark.parametrize(
    ("text", "scored", "strength", "words"),
    [
        ("把钱转到安全账户。", NONE, "strong", ("安全账户",)),
        ("恭喜您中奖了。", NONE, "weak", ("中奖",)),
        ("恭喜您中奖了。", WEAK, "weak", ("中奖",)),
        ("恭喜您中奖了。", STRONG, "strong", ("中奖",)),
        ("明天下午三点开会。", WEAK, "none", ()),
        ("明天下午三点开会。", STRONG, "weak", ()),
    ],
)
def test_together(text, scored, strength, words):
    signal = weighed(understand(boxes((text,))), scored)
    assert (signal.strength, signal.evidence) == (strength, words)
