"""Terms of a deposit, ranges of a statement and times of day, in canonical words that need no clock."""

from __future__ import annotations

import re
from collections.abc import Iterator

from edge_models.language import dates, numerals
from edge_models.language.spans import Span

_N = r"\d{1,3}|[一二两三四五六七八九十百]{1,4}"
_TERM = re.compile(rf"(?P<half>半)年|(?P<n>{_N})(?P<u>年|个月|天|星期|周|季度)(?P<more>半)?(?:期|的|定期|死期)?")
_TERM_ALONE = re.compile(
    r"^(?:我?(?:想|要|就|选|那就)?(?:存|放|定)?(?:个)?)$|(?:[太有]点?[短长久]了?|[短长久]了|[不别]要|不行|不好|算了|不了|错了|不对|不是|^)[，,。\s]*(?:还是|要不|干脆|改成?|换成?|那|就|要|存|选|放|是|来|个)*$"
)
_TERM_AROUND = re.compile(r"存|定期|死期|期限|存期|期的|整取|大额|放|年期|利率|利息|改成|换成|国债|理财|到期")
_GONE = re.compile(r"(?:最近|近|前|过去|上|这|每|等了?|快|已经|都|第)$")
_PAST = re.compile(r"流水|明细|账单|记录|进出|收支|往来|对账|等了|之前|以来|内的?|前的?|还款|分期|分成")

_LAST = re.compile(rf"(?:最近|近|过去|前|这)(?P<half>半年)|(?:最近|近|过去|前|这)(?:的)?(?P<n>{_N})(?:个)?(?P<u>年|月|天|周|星期|礼拜|季度)(?!份?的?第)|半年(?P<half2>的?(?:流水|明细|进出|账|收支|银行))|(?P<m>{_N})(?P<v>年|个月|天)(?:的)?(?=流水|明细|进出|对账|收支|账单|交易)")  # fmt: skip
_NAMED = {
    "last_month": r"上个?月(?:份)?(?![初底\d一二三四五六七八九十])", "this_month": r"(?:这个?|本|当)月(?:份)?(?![初底\d一二三四五六七八九十])", "last_year": r"去年(?:全年|一年|一整年|整年)?(?![上下]半年|[\d一二三四五六七八九十年])", "this_year": r"(?:今年|本年)(?![上下]半年|[\d一二三四五六七八九十])",
    "today": r"今天|今日|今儿", "yesterday": r"昨天|昨日|昨儿|昨晚", "last_week": r"上(?:个)?(?:星期|周|礼拜)(?![一二三四五六日天])", "this_week": r"这(?:个)?(?:星期|周|礼拜)(?![一二三四五六日天])|本周", "last_3m": r"上(?:个)?季度|最近(?:的)?几个月", "last_30d": r"最近(?:的)?(?=流水|明细|交易|账|花|进|几笔|$)|近期",
}  # fmt: skip
_NAMED_RANGES = tuple((norm, re.compile(pattern)) for norm, pattern in _NAMED.items())
_UNITS = {"年": "y", "月": "m", "个月": "m", "天": "d", "周": "w", "星期": "w", "礼拜": "w", "季度": "q"}

_TIME = re.compile(r"(?P<part>凌晨|早上|早晨|上午|中午|下午|傍晚|晚上|明早|今早|明晚|今晚)?(?P<h>\d{1,2}|[一二两三四五六七八九十]{1,3})(?:点钟?|[:：])(?P<half>半|一刻|三刻|(?:\d{1,2}|[一二三四五]?十[一二三四五六七八九]?|零[一二三四五六七八九]))?分?(?!多少|钱|利|五)")  # fmt: skip
_PART = re.compile(r"上午|下午|早上|中午|晚上|傍晚")
_AFTERNOON = frozenset({"下午", "傍晚", "晚上", "明晚", "今晚"})
_POINTS = re.compile(r"利率|利息|几个点|百分|年化|个点")


def terms(text: str) -> Iterator[Span]:
    """Yield terms of a deposit or a product; 等了两年 and 近三个月的流水 are none."""
    for match in _TERM.finditer(text):
        before, after = text[: match.start()], text[match.end() :]
        if _GONE.search(before) or (_PAST.search(text) and "存" not in before):
            continue
        alone = _TERM_ALONE.search(before) and len(after) <= 3
        norm = _term(match)
        if norm and (alone or _TERM_AROUND.search(text)):
            yield Span("term", match.start(), match.end(), norm)


def ranges(text: str) -> Iterator[Span]:
    """Yield the stretch of days a list or a statement is asked for."""
    for match in _LAST.finditer(text):
        norm = _last(match)
        if norm:
            yield Span("range", match.start(), match.end(), norm)
    for norm, pattern in _NAMED_RANGES:
        for match in pattern.finditer(text):
            yield Span("range", match.start(), match.end(), norm)
    for span in dates.find(text):
        if span.type == "date_range" or (span.type == "date" and re.fullmatch(r"\d{4}(?:-\d\d)?", span.norm)):
            yield Span("range", span.start, span.end, span.norm)


def times(text: str) -> Iterator[Span]:
    """Yield times of day; 三点五 in a sentence about interest is a rate."""
    clock = [] if _POINTS.search(text) else list(_TIME.finditer(text))
    for match in clock:
        norm = _time(match)
        if norm:
            yield Span("time", match.start(), match.end(), norm)
    for match in _PART.finditer(text):
        yield Span("time", match.start(), match.end(), "PM" if match.group() in _AFTERNOON else "AM")


def _term(match: re.Match[str]) -> str:
    if match["half"]:
        return "P6M"
    value = numerals.number(match["n"])
    if value is None or value <= 0:
        return ""
    count, unit = int(value), match["u"]
    if unit in ("天", "周", "星期"):
        days = count * (1 if unit == "天" else 7)
        return f"P{days}D" if days >= 7 else ""
    months = count * {"年": 12, "个月": 1, "季度": 3}[unit] + (6 if match["more"] and unit == "年" else 0)
    return f"P{months // 12}Y" if months % 12 == 0 else f"P{months}M"


def _last(match: re.Match[str]) -> str:
    if match["half"] or match["half2"]:
        return "last_6m"
    value = numerals.number(match["n"] or match["m"])
    if value is None or value <= 0:
        return ""
    unit = _UNITS[match["u"] or match["v"]]
    count = int(value) * (3 if unit == "q" else 1)
    return f"last_{count}{'m' if unit == 'q' else unit}"


def _time(match: re.Match[str]) -> str:
    value = numerals.number(match["h"])
    if value is None or not 0 <= value <= 24 or (match.group() == "一点"):
        return ""
    hour = int(value)
    if hour < 12 and (match["part"] in _AFTERNOON or (not match["part"] and 1 <= hour <= 6)):  # a branch is open by day
        hour += 12
    word = match["half"] or ""
    minutes = {"": 0, "半": 30, "一刻": 15, "三刻": 45}.get(word)
    if minutes is None:
        spoken = numerals.number(word.removeprefix("零"))
        minutes = int(spoken) if spoken is not None else 0
    return f"{hour % 24:02d}:{minutes:02d}" if minutes < 60 else ""
