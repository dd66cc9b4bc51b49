"""Dates, date ranges and periods as customers say them, in the clock-free notation of data/own/intents_notes.md.

``D+1`` tomorrow, ``W+1.3`` Wednesday of next week, ``M-1`` last month, ``M+1-05`` the fifth of next month, ``Y0`` this
year, ``XXXX-XX-15`` the 15th of any month, ``2026-03`` March; a range is ``a/b``; a period is ISO 8601 (``P3M``).
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Callable, Iterator

from edge_models.language import numerals
from edge_models.language.spans import Span

REFERENCE_YEAR = 2026
"""What a date without a year means in data/own; the session resolves relative dates against its own clock."""

_N = r"(?:[一二三四五六七八九十]{1,3}|\d{1,2})"
_YEAR4 = r"(?:20\d\d|二[零〇][零〇一二三]\S)"
_DAYS = {
    "大前天": -3, "前天": -2, "前儿": -2, "前日": -2, "昨天": -1, "昨儿": -1, "昨日": -1, "昨晚": -1, "昨夜": -1, "今天": 0, "今儿": 0,
    "今日": 0, "今晚": 0, "今早": 0, "明天": 1, "明儿": 1, "明日": 1, "明早": 1, "明晚": 1, "大后天": 3, "后天": 2, "后儿": 2,
    "听日": 1, "寻日": -1, "琴日": -1, "今朝": 0, "明朝": 1,
}  # fmt: skip
_YEARS = {"大前年": -3, "前年": -2, "去年": -1, "今年": 0, "本年": 0, "明年": 1, "后年": 2}
_WEEKS = {"上上": -2, "上": -1, "这": 0, "本": 0, "下": 1, "下下": 2}
_HOLIDAYS = {
    "元旦": "01-01", "春节": "02-17", "清明": "04-05", "五一": "05-01", "端午": "06-19", "中秋": "09-25", "国庆": "10-01",
    "双十一": "11-11", "双十二": "12-12",
}  # fmt: skip
_WEEKDAY = dict(zip("一二三四五六日天末", "123456776", strict=True))
_PERIOD_UNITS = {"年": "Y", "月": "M", "天": "D", "日": "D", "周": "W", "星期": "W", "礼拜": "W", "季度": "Q", "小时": "H", "钟头": "H", "分钟": "T"}  # fmt: skip
_TERM_WORD = re.compile(
    r"存|死期|定期|整取|利率|利息|几个点|利钱|流水|明细|账单|对账|往来|进账|收支|工资|银行的|理财|国债|贷|分|还|锁|短的|产品|买|期限|冻|年期|保险|积金|放|到期|换|支|"
    r"证明|记录|划算|几点几|的高|的低|用|等不及|往来|印|term|split|deposit"
)
_TERM_BEFORE = re.compile(r"(?:存|放|满|分|冻|锁|近|打|存了|存个|存的|存满|分成|最近|定期|整取|[十百千万])$")
_RATE_AFTER = re.compile(
    r"了|多少钱|几块|扣|收|要[一二两三四五六七八九十]|才|能|累计|有|免费|交|刷|内|不到|前|以前|维护|管理|一次|[一二三四五六七八九]百|费|里|一共|头|没|生|一[天年]|亏|就|才|作废|下来|的社保|社保"
)
_GONE_BEFORE = re.compile(
    r"(?:等了?|排了?|每|哪|那|这|满|停了|了|好|前|刚|第|谈了|走了|去|工作|断缴|刷了|又多交了|隔|另|同|头|换外币|汇款，|最近)$"
)
_SHORTEST_DAYS = 6
"""一天, 两天, 几天 are manners of speaking; 七天 and 三十天 are terms of a product."""

_DAY = "|".join(sorted(_DAYS, key=len, reverse=True))
_YEAR = "|".join(sorted(_YEARS, key=len, reverse=True))
_WEEK = r"(?P<rel>上上|下下|上|下|这|本)?(?:个)?(?:周|星期|礼拜)"
_QUEUE = re.compile(r"叫到|排到|喊到|叫号|我是.{1,3}号|我的号|排队")
_NOT_A_DAY = r"(?!窗|柜|机|楼|线|店|桌|院|门|车|码)"


def find(text: str) -> Iterator[Span]:
    """Yield every date, date range and period; overlapping ones too, the caller keeps the first of each place."""
    for pattern, kind, norm in _RULES:
        for match in pattern.finditer(text):
            value = norm(match)
            if value is not None:
                start, end = match.span("v") if "v" in pattern.groupindex else match.span()
                yield Span(kind, start, end, value)


def _small(text: str) -> int:
    value = numerals.number(text)
    return 0 if value is None else int(value)


def _year(text: str) -> int:
    if text in _YEARS:
        return REFERENCE_YEAR + _YEARS[text]
    return int(numerals.digits(text.removesuffix("年")))


def _relative_day(match: re.Match[str]) -> str:
    offset = _DAYS[match["v"]]
    return f"D{offset:+d}" if offset else "D0"


def _whole_week(match: re.Match[str]) -> str:
    return f"W{_WEEKS[match['rel']]:+d}"


def _weekday(match: re.Match[str]) -> str:
    rel, day = match["rel"], match["day"]
    weekday = _WEEKDAY[day]
    # Monday without more is the coming one: this week's is over when the branch is open.
    offset = _WEEKS[rel] if rel else int(weekday == "1")
    return f"W{offset:+d}.{weekday}" if offset else f"W0.{weekday}"


def _relative_month(match: re.Match[str]) -> str:
    offset = _WEEKS[match["rel"]]
    month = f"M{offset:+d}" if offset else "M0"
    if match["day"]:
        return f"{month}-{_small(match['day']):02d}"
    return f"{month}-END" if match["part"] == "底" else month


def _year_alone(match: re.Match[str]) -> str | None:
    word = match["y"]
    if word in _YEARS:
        offset = _YEARS[word]
        return f"Y{offset:+d}" if offset else "Y0"
    return str(_year(word))


def _date(match: re.Match[str]) -> str | None:
    month = _small(match["m"])
    if not 1 <= month <= 12:
        return None
    if match["every"]:
        return f"XXXX-{month:02d}"
    year = _year(match["y"]) if match["y"] else REFERENCE_YEAR
    if match["d"]:
        day = _small(match["d"])
        return f"{year}-{month:02d}-{day:02d}" if 1 <= day <= 31 else None
    if match["part"] == "底":
        return f"{year}-{month:02d}-{calendar.monthrange(year, month)[1]:02d}"
    return f"{year}-{month:02d}"


def _day_of_month(match: re.Match[str]) -> str | None:
    day = _small(match["d"])
    if _QUEUE.search(match.string):
        return None
    return f"XXXX-XX-{day:02d}" if 1 <= day <= 31 else None


def _holiday(match: re.Match[str]) -> str:
    year = _year(match["y"]) if match["y"] else REFERENCE_YEAR
    return f"{year}-{_HOLIDAYS[match['h']]}"


def _range(match: re.Match[str]) -> str | None:
    sides = [_one_side(match[name]) for name in ("a", "b")]
    if sides[0] is None or sides[1] is None:
        return None
    return "/".join(str(side) for side in sides)


def _one_side(text: str) -> str | None:
    if text in ("现在", "今天", "目前"):
        return "D0"
    for pattern, kind, norm in _RULES:
        match = pattern.fullmatch(text) if kind == "date" else None
        if match:
            return norm(match)
    return None


def _half_year(match: re.Match[str]) -> str:
    year = _year(match["y"]) if match["y"] else REFERENCE_YEAR
    months = {"上半年": ("01", "06"), "下半年": ("07", "12")}.get(match["h"], ("01", "12"))
    return f"{year}-{months[0]}/{year}-{months[1]}"


def _period(match: re.Match[str]) -> str | None:
    if not _is_term(match):
        return None
    unit = _PERIOD_UNITS[match["u"]]
    if match["n"] in ("半", "大半", "小半"):
        return {"Y": "P6M", "M": "P15D", "H": "PT30M", "D": None}.get(unit)
    value = numerals.number(match["n"])
    if value is None or value <= 0 or value != int(value):
        return None
    count = int(value)
    if unit == "D" and count < _SHORTEST_DAYS:
        return None
    if match["half"]:
        return {"Y": f"P{12 * count + 6}M", "H": f"PT{60 * count + 30}M"}.get(unit, f"P{count}{unit}")
    if unit in "HT":
        return f"PT{count}{'M' if unit == 'T' else 'H'}"
    return f"P{3 * count}M" if unit == "Q" else f"P{count}{unit}"


def _is_term(match: re.Match[str]) -> bool:
    """Tell the term of a product or a statement from a rate (一年三百六) and from time gone by (等了两个小时)."""
    before, after = match.string[: match.start()], match.string[match.end() :]
    if _TERM_BEFORE.search(before):
        return True
    if _RATE_AFTER.match(after) or _GONE_BEFORE.search(before):
        return False
    return bool(_TERM_WORD.search(match.string))


_Rule = tuple[re.Pattern[str], str, Callable[[re.Match[str]], str | None]]
_SIDE = (
    rf"(?:(?:{_YEAR}|{_YEAR4}年)?(?:{_N}月(?:份)?(?:{_N}[号日])?)|{_YEAR}|{_YEAR4}年|{_N}[号日]|{_DAY}|上个月|这个月)"
)
_RULES: tuple[_Rule, ...] = (
    (re.compile(rf"(?P<a>{_SIDE})(?:到|至|~|-)(?P<b>{_SIDE}|现在|目前)"), "date_range", _range),
    (re.compile(rf"(?P<y>{_YEAR})?(?P<h>上半年|下半年)"), "date_range", _half_year),
    (re.compile(rf"(?P<y>{_YEAR})(?:的)?(?P<h>全年|一整年)"), "date_range", _half_year),
    (re.compile(rf"(?P<y>{_YEAR})?(?P<h>{'|'.join(_HOLIDAYS)})"), "date", _holiday),
    (
        re.compile(
            rf"(?:(?P<every>每年)(?={_N}月))?(?P<v>(?P<y>{_YEAR}|{_YEAR4}年)?(?<![个\d零一二三四五六七八九十])(?P<m>{_N})月(?:份)?"
            rf"(?:(?P<d>{_N})(?:[号日]|(?![\d一二三四五六七八九十块元百千万个]))|(?P<part>底|初|末))?)"
        ),
        "date",
        _date,
    ),
    (re.compile(rf"(?P<v>(?P<rel>上上|下下|上|下|这|本)个?月(?:(?P<day>{_N})[号日]|(?P<part>底|初))?)"), "date", _relative_month),
    (re.compile(r"(?<![一二三四五六七八九十\d])月底"), "date", lambda _: "M0-END"),
    (re.compile(r"年底(?!利)"), "date", lambda _: "Y0-12"),
    (re.compile(rf"(?P<v>{_DAY})"), "date", _relative_day),
    (re.compile(rf"{_WEEK}(?P<day>[一二三四五六日天])(?!期|年|个|块|转)"), "date", _weekday),
    (re.compile(r"(?P<rel>上上|下下|上|下)个?(?:周|星期|礼拜)(?![一二三四五六日天末转边围岁])"), "date", _whole_week),
    (re.compile(rf"(?P<y>{_YEAR}|{_YEAR4}(?=年))年?"), "date", _year_alone),
    (re.compile(rf"(?<![一二三四五六七八九十\d路街弄A-Za-z第零])(?P<v>(?P<d>{_N})[号日]){_NOT_A_DAY}"), "date", _day_of_month),
    (
        re.compile(
            r"(?<![第\d零一二三四五六七八九十几])(?P<v>(?P<n>大半|小半|半|\d{1,3}|[一二两俩三仨四五六七八九十百零]{1,4})个?"
            r"(?P<u>年|月|天|日|周|星期|礼拜|季度|小时|钟头|分钟)(?P<half>半)?)(?!前|级|终|份(?!额)|底|费|[号月])"
        ),
        "period",
        _period,
    ),
)  # fmt: skip
