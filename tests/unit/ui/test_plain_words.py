"""The reading grade of what customers read in Chinese: short sentences, common characters, no words of the office.

Characters are those of GB 2312's first level, 3,755 by frequency: about what school has taught by the age of fifteen (课程标准: 3,500).
"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from guitai.dialogue.data import FLOWS, LABELS, REPLIES
from kiosk_ui.theme import words

LONGEST_SENTENCE, LONGEST_CLAUSE = 34, 17
"""Characters, a value counted as two. One breath of slow speech is about fifteen."""

MEAN_CLAUSE = 7.5
STAFF = ("tech_", "device_", "release_")
"""Labels that customers do not read."""

OFFICE = (
    "冲正", "授信", "头寸", "轧账", "挂账", "核销", "敞口", "起息", "计息", "质押", "兹", "届时", "鉴于", "予以", "特此", "系统", "后台", "报文",
    "校验", "鉴权", "终端", "交互", "接口", "参数", "代码", "请求", "响应", "超时", "异常", "非法", "无效", "错误", "拒绝", "权限", "违规", "诈骗",
    "可疑", "黑名单", "用户", "客户端", "设备故障", "请知悉", "请悉知", "敬请", "务必", "严禁",
)  # fmt: skip
"""What a clerk or an engineer says, and what a customer must not be called (shared with docs: tone)."""

NAMES_THE_PAPER = "show_document.scam"
"""What somebody else wrote to the customer is called by its name; the customer is not."""

EXPLAINED = {
    "尾号": "卡号|账号|尾号", "冷静期": "撤回", "征信": "人民银行|中心|查", "限额": "每天|限额", "额度": "额度", "分期": "期", "凭证": "凭证号|证据", "受理": "受理",
    "逾期": "还", "流水": "流水",
}  # fmt: skip
"""Words of banking that customers themselves say, or that stand beside what they mean; any other is for OFFICE or for here."""

BANKING = re.compile(
    "尾号|冷静期|征信|限额|额度|分期|凭证|受理|逾期|流水|罚息|净值|年化|本金|代扣|介质|密钥|业绩比较基准|I类|II类|质押"
)
VALUE = re.compile(r"{\w+}")


def said() -> Iterator[tuple[str, str]]:
    """Every Chinese text that a customer reads, with its name."""
    for key, reply in REPLIES.items():
        for text in (reply["zh"].lead, reply["zh"].more, reply["zh"].say or ""):
            yield key, VALUE.sub("某某", text.replace("*", ""))
    for key, (chinese, _) in LABELS.items():
        if not key.startswith(STAFF):
            yield f"label {key}", VALUE.sub("某某", chinese)
    for flow in FLOWS.values():
        yield f"title {flow.kind}", flow.title.zh
    for key, text in words("zh").items():
        if not key.startswith("status_"):
            yield f"window {key}", VALUE.sub("某某", text)


def parts(text: str, marks: str) -> list[str]:
    return [one.strip() for one in re.split(f"[{marks}]", text) if one.strip()]


ALL = list(said())


def test_there_is_something_to_read() -> None:
    assert len(ALL) > 800


@pytest.mark.parametrize(("marks", "most"), [("。！？；\n", LONGEST_SENTENCE), ("。！？；\n，：、", LONGEST_CLAUSE)])
def test_sentences_and_clauses_are_short(marks: str, most: int) -> None:
    spoken_offer = "wealth_products.confirm"  # has to be read out whole (销售适当性)
    long = {(key, one) for key, text in ALL for one in parts(text, marks) if len(one) > most and key != spoken_offer}
    assert long == set()


def test_clauses_are_short_on_the_whole() -> None:
    clauses = [one for _, text in ALL for one in parts(text, "。！？；\n，：")]
    assert sum(map(len, clauses)) / len(clauses) <= MEAN_CLAUSE


def test_characters_are_common_ones() -> None:
    rare = {(key, char) for key, text in ALL for char in text if "\u4e00" <= char <= "\u9fff" and not _common(char)}
    assert rare == set()


def _common(char: str) -> bool:
    try:
        return 0xB0 <= char.encode("gb2312")[0] <= 0xD7
    except UnicodeEncodeError:
        return False


def test_no_word_of_the_office_or_of_blame() -> None:
    found = {(key, word) for key, text in ALL for word in OFFICE if word in text}
    assert {(key, word) for key, word in found if not key.startswith(NAMES_THE_PAPER)} == set()


def test_words_of_banking_stand_where_they_can_be_understood() -> None:
    bare = set()
    for key, text in ALL:
        for word in BANKING.findall(text):
            if word not in EXPLAINED or not re.search(EXPLAINED[word], text):
                bare.add((key, word))
    assert bare == set()
