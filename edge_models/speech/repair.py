"""Repairs what a recogniser wrote, pure: bank terms by their sound, and spoken PINs taken out before anyone sees them."""

from __future__ import annotations

import re
from functools import cache

from pypinyin import Style, lazy_pinyin

from guitai.messages.spoken_secrets import redact

_TERM_WORDS = (
    "余额 转账 汇款 取款 存款 取钱 存钱 挂失 补卡 换卡 销户 开户 流水 明细 对账单 存折 存单 定期 活期 利率 利息 理财 基金 国债 贷款 房贷 还款 "
    "信用卡 储蓄卡 银行卡 手续费 年费 柜员 人工 尾号 账号 卡号 账户 密码 验证码 短信 手机银行 网银 限额 额度 汇率 外汇 外币 美元 社保 公积金 "
    "跨行 异地 几点关门 几点开门 关门 查一下 两千块 三千块 四千块 五千块 两万块 三万块 "
    "工资 电费 水费 燃气费 话费 缴费 网点 营业时间 大额 预约 安全账户 撤回 撤销 冻结 解冻 身份证 回单 收款人 付款 到账 分期 账单 逾期"
)
TERMS = tuple(_TERM_WORDS.split())
"""What customers say at a counter; a same-sounding run of characters that is no word of its own becomes one of these."""

_KEEP_WORDS = (
    "于是 电话 理想 历史 力气 利用 立即 存在 现在 任务 人员 会员 这里 那里 时间 地址 手机 提前 以前 之前 付钱 明年 见面 面试 明显 名片 卡片 以后 一会 "
    "一起 国内 大家 换一 换个"
)
KEEP = frozenset(_KEEP_WORDS.split())
"""Words that sound like a term and are meant as they stand."""

_TAKE = re.compile(r"去(?=[，,]?[一二两三四五六七八九十\d][一二两三四五六七八九十百千万\d]*(?:块|元|百|千|万))")
"""去五百块 is never said: 取, to take out, sounds nearly the same."""

_BALANCE = re.compile("[银云鱼盈迎]额|(?<=[查看问下])鱼[盒荷禾合何河]")
"""None of these is a word; 余额 is what a kiosk is asked for most. An e without a consonant before it is heard as he, too."""

_A_BIT = re.compile("(?<=[问查看办取存转说等])[以已]下")
"""查以下: nobody asks for what stands below; it is 一下."""

COMMON = 300
"""How often a word stands in the dictionary's texts from which on it is no accident."""

_NAMED = re.compile(r"(?:[给畀]|阿[哥姐弟妹叔姨婆公]|[叔婶姨舅姑嫂伯哥姐弟妹爷奶]|老师|师傅|房东|老板|同学|收款人)$")
"""What stands before a name: two characters there that share none with a term are a name (阿哥霍启文), not the term (活期)."""

_HAN = re.compile(r"[\u4e00-\u9fff]+")


def repair(text: str) -> str:
    """Return the text with PINs hidden and bank terms set right."""
    return redact(_TAKE.sub("取", bias(_A_BIT.sub("一下", _BALANCE.sub("余额", text)))))


def bias(text: str) -> str:
    """Return the text with runs that sound like a bank term, tones apart, written as that term."""
    return _HAN.sub(lambda m: _bias_run(m[0]), text)


def _bias_run(run: str) -> str:
    sounds = lazy_pinyin(run, style=Style.NORMAL)
    if len(sounds) != len(run):
        return run
    taken = _spans(run, TERMS)
    out = list(run)
    for size in (4, 3, 2):
        for at in range(len(run) - size + 1):
            if any(taken[at : at + size]):
                continue
            term = _by_sound().get((size, tuple(_loose(s) for s in sounds[at : at + size])))
            if term is None or run[at : at + size] in KEEP:
                continue
            # Two characters share a sound with many words: take the term only if one character already agrees,
            # or neither stands in a word of its own.
            if size == 2 and (not _likely(run[at : at + 2], term) or _names(run[:at], run[at : at + 2], term)):
                continue
            if size == 2 and _begins_word(run[at : at + 3]):
                continue
            out[at : at + size] = term
            taken[at : at + size] = [True] * size
    return "".join(out)


def _spans(run: str, words: tuple[str, ...]) -> list[bool]:
    taken = [False] * len(run)
    for word in words:
        at = run.find(word)
        while at >= 0:
            taken[at : at + len(word)] = [True] * len(word)
            at = run.find(word, at + 1)
    return taken


def _likely(heard: str, term: str) -> bool:
    import jieba

    agrees = any(a == b for a, b in zip(heard, term, strict=True))
    known: int = jieba.dt.FREQ.get(heard, 0) or 0
    return known == 0 or (agrees and known < 50)


def _begins_word(heard: str) -> bool:
    """Whether the second of two characters belongs to the one behind them instead: 我这卡好久没用 has no 卡号."""
    import jieba

    return len(heard) == 3 and (jieba.dt.FREQ.get(heard[1:], 0) or 0) >= COMMON


def _names(before: str, heard: str, term: str) -> bool:
    return bool(_NAMED.search(before)) and not set(heard) & set(term)


def _loose(sound: str) -> str:
    """Return the sound with what southern speakers and recognisers confuse made the same."""
    for old, new in (("zh", "z"), ("ch", "c"), ("sh", "s")):
        if sound.startswith(old):
            sound = new + sound[2:]
    return sound[:-1] if sound.endswith(("ing", "eng")) else sound


@cache
def _by_sound() -> dict[tuple[int, tuple[str, ...]], str]:
    return {(len(t), tuple(_loose(s) for s in lazy_pinyin(t, style=Style.NORMAL))): t for t in TERMS}
