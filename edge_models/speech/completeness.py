"""Is this a whole sentence, or will the customer go on? Judged from the words at a pause, per listening mode. Pure."""

from __future__ import annotations

import re

from edge_models.speech.ending import probability
from guitai.messages.voice import ListenMode, Understanding

_FILLER = re.compile(
    r"(呃|(?<![余限金定差总数面小大全])额|嗯|啊|哦|那个|这个|就是|就是说|然后|还有|因为|所以|但是|可是|如果|要是|或者|以及|另外|比如|你好|您好|请问|请问一下|麻烦|麻烦您|喂)$"
)
_OPEN = re.compile(
    r"(给|把|跟|和|与|向|往|从|到|在|对|为|被|让|叫|请|帮|帮我|帮忙|要|想|想要|需要|能|能不能|可不可以|会|是|有|不|就|还|再|也|都|又|很|太|最|比|"
    r"我|我的|我们|你|你们|您|他|她|他的|她的|这|那|哪|这张|那张|这笔|那笔|一个|一张|一笔|个|张|笔|"
    r"转|转到|转给|转入|汇|汇给|汇到|取|取出|存|存入|查|查查|查询|查一下|办|办一个|办一张|办理|买|开|开通|打印|修改|交|缴|还|借|申请|咨询|了解|问|问一下|"
    r"尾号|尾号是|账号|账号是|卡号|卡号是|密码是|金额|金额是|号码是|电话是|名字|名字是|叫做|银行的|卡的|账户的|月的|年的|天的)$"
)
_ASKED = re.compile(
    r"(吗|呢|吧|嘛|多少|多少钱|几点|哪里|在哪|怎么办|怎么弄|为什么|行不行|好不好|对不对|谢谢|多谢|再见|没了|就这些|(谢|麻烦)了?.{0,3}帮忙)$"
)
_ASKING = re.compile(
    r"(几点|几号|多少|怎么|什么|哪里|哪儿|哪个|哪家|能不能|可不可以|是不是|有没有|要不要)..|(怎么|哪儿|哪里).$"
)
_POLITE = r"(您好|你好|我|你|您|请|麻烦|帮|给我|想|要|需要|得|先|就|来|能|可以|再)*"
_DO = r"(查|取|存|转|汇|交|缴|办|办理|开通|开|打印|修改|改|申请|买|还|挂失|补|补办|换|兑换|注销|激活|预约|咨询|了解|查询|拆|打听|问|看|找|叫)"
_TO_WHOM = re.compile(rf"^{_POLITE}(给|把|跟|向|往|替)[^转汇取存查办交缴还打买卖]{{1,4}}$")
"""给李娜 what? A name, however it was heard, waits for its verb."""

_ASK_ONLY = re.compile(rf"^{_POLITE}{_DO}(一下|下|个事|一下子)$")
"""查一下 what?"""

_THING = (
    r"(余额|明细|流水|手续费|利率|利息|额度|限额|汇率|密码|销户|开户|补卡|换卡|柜员|人工|客服|账户|手机号|工资|社保|电费|水费|燃气费|话费|信用卡|银行卡|储蓄卡|"
    r"存折|存单|对账单|手机银行|网银|理财|国债|定期|美元|外币|贷款|房贷|钱|块|元|万|千|百)"
)
_COMMAND = re.compile(rf"^{_POLITE}{_DO}.{{0,8}}{_THING}$")
_DONE = re.compile(r"(丢|忘|忘记|坏|错|没|吞|锁|过期|到期|断|掉|少|多|扣|欠).{0,4}了$")
_LIKELY = re.compile(rf"{_THING}$|挂失$")
_LIKELY_LEARNED = 0.4
_SHORT_OPEN = 6
"""In a longer sentence 给, 到 or 还 is as often its last word: 一直没找到."""

_DIGIT = "零〇一二两三四五六七八九幺0123456789"
_AMOUNT_END = re.compile(rf"([元块毛角分整]|块钱|元钱|[{_DIGIT}][百千万]|[百千万][{_DIGIT}]|十|百|千|万)$")
_YES_NO_WORDS = (
    "是 是的 对 对的 好 好的 行 可以 嗯 确认 确定 没错 同意 需要 要 有 是我 解决了 不 不是 不对 不要 不用 不用了 不行 不可以 不需要 取消 没有 没 错了 "
    "算了 没解决 yes no"
)
_YES_NO = frozenset(_YES_NO_WORDS.split())
_DIGIT_COUNTS = frozenset({11, 16, 17, 18, 19})
"""Phones, cards, identity numbers; four or six may be the first group of a long one."""


def whole(text: str, mode: ListenMode, meaning: Understanding) -> float:
    """Return the probability that `text`, which means `meaning`, is all the customer wants to say now; 0.5 for nothing."""
    words = "".join(c for c in text if c.isalnum())
    if not words:
        return 0.5
    if mode == "digits":
        return _digits(words)
    if mode == "yes_no" and words in _YES_NO:
        return 0.97
    if mode == "free" and _TO_WHOM.match(words):
        return 0.1
    if mode == "free" and _ASKED.search(words):
        return 0.95
    if _FILLER.search(words) or (_OPEN.search(words) and len(words) <= _SHORT_OPEN):
        return 0.1
    if mode == "amount":
        return 0.92 if _AMOUNT_END.search(words) else 0.3
    if mode == "name":
        return 0.9
    if _ASK_ONLY.match(words):
        return 0.1
    opening = _OPEN.search(words) is not None
    learned = probability(words, meaning, opening)
    if opening and not _ASKING.search(words):
        return min(learned, 0.4)
    if _COMMAND.match(words) or _ASKING.search(words) or _DONE.search(words):
        return max(learned, 0.88)
    if learned >= _LIKELY_LEARNED and _LIKELY.search(words):
        return max(learned, 0.6)
    return learned


def is_open(words: str) -> bool:
    """Return whether plain words end in one that wants another: 帮我, 给李娜, 查一下."""
    return any(pattern.search(words) for pattern in (_TO_WHOM, _FILLER, _OPEN, _ASK_ONLY))


def _digits(words: str) -> float:
    count = sum(c in _DIGIT for c in words)
    if count in _DIGIT_COUNTS:
        return 0.95
    return 0.6 if count in (4, 6) else 0.2
