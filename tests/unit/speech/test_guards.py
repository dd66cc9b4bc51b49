"""Loops and inventions of a recogniser."""

from __future__ import annotations

import pytest

from edge_models.speech.asr.guards import is_invented, is_loop


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("U-R-R-R-R-R-R-R-R-R-R", 3.0),
        ("谢谢谢谢谢谢谢谢谢谢", 2.0),
        ("我要转账" * 8, 3.0),
        ("这一句话实在是太长了两秒钟之内谁也说不完它", 1.0),
    ],
)
def test_loops(text: str, seconds: float):
    assert is_loop(text, seconds)


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("我想给张伟转五千块。", 1.7), ("六二二二二零二零零四五", 3.0), ("", 1.0), ("Hello, my card is lost.", 2.0)],
)
def test_sentences_pass(text: str, seconds: float):
    assert not is_loop(text, seconds)


def test_inventions():
    assert is_invented("请不吝点赞订阅转发打赏支持明镜与点点栏目")
    assert not is_invented("查一下余额")
