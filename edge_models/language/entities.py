"""The 13 entity types with canonical values, by rules and word lists; data/own/intents_notes.md fixes the notation."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from decimal import Decimal

from edge_models.language import codes, dates, details, english_numbers, names, numerals
from edge_models.language.spans import Span
from guitai.messages.voice import Entity

TYPES = frozenset(
    [
        "account",
        "amount",
        "branch",
        "card_tail",
        "count",
        "currency",
        "date",
        "date_range",
        "id_number",
        "payee",
        "period",
        "phone",
        "product",
    ]
)
"""What data/own marks and ``guitai eval entities`` counts; details.py adds what only the slots of a business need."""

SILENT_INTENTS = frozenset({"out_of_scope", "greet", "thanks_bye", "chitchat"})
"""Sentences of these intents carry no entity worth keeping."""

_CURRENCIES = {
    "USD": "美元|美金|美刀|刀|US dollars?|dollars?|USD", "EUR": "欧元|欧|euros?|EUR", "GBP": "英镑|镑|pounds?|GBP",
    "JPY": "日元|日币|日圆|JPY|yen", "HKD": "港币|港元|港纸|HKD", "KRW": "韩元|韩币|韩圆|KRW", "THB": "泰铢|THB", "AUD": "澳元|澳币|澳刀|AUD",
    "CAD": "加元|加币|加拿大元|加刀|CAD", "SGD": "新加坡元|新加坡币|新币|坡币|SGD", "NZD": "新西兰元|新西兰币|纽币|NZD", "CHF": "瑞士法郎|瑞郎|CHF",
    "RUB": "卢布|RUB", "MYR": "令吉|林吉特|马币|MYR", "VND": "越南盾|越盾|VND", "TRY": "土耳其里拉|里拉", "MOP": "澳门元|澳门币", "TWD": "新台币|台币",
    "PHP": "菲律宾比索|比索", "IDR": "印尼盾", "INR": "印度卢比|卢比", "AED": "迪拉姆", "SEK": "瑞典克朗", "CNY": "人民币|RMB|CNY",
}  # fmt: skip
_BY_WORD = {word: code for code, words in _CURRENCIES.items() for word in words.split("|")}
_MONEY_WORD = "|".join(sorted((w for w in _BY_WORD if w not in ("刀", "欧", "镑")), key=len, reverse=True))
_CURRENCY = re.compile(_MONEY_WORD, re.IGNORECASE)
_AFTER_NUMBER = re.compile(r"(?<=[百千万0-9])(?:刀|镑)")

_N = numerals.NUMBER
_AMOUNT = re.compile(
    rf"(?P<n>{_N})(?P<about>多|来|好几)?(?P<big>[万亿])?(?:(?P<u>块|元|圆|蚊|毛|角|bucks|yuan)(?P<qian>钱)?"
    r"(?:(?<=块)(?P<dime>[一二两三四五六七八九\d])(?P<d>毛|角)?(?P<cent>(?<=[毛角])[一二三四五六七八九\d])?(?![块万个月年天页枚千百十的下次时]))?)?"
)
_COUNTER = re.compile(
    r"个(?!人|税|体)|年(?![费货])|月(?![息供子租])|日(?![元币圆用])|天(?!然)|号(?!码)|期(?!货)|笔|份(?![子额])|分(?![钱期一二三四五六七八九十])|张|次|回|趟|条|克|米(?![钱款])|岁|口(?![袋粮])|位"
    r"|点(?!心)|周(?![转末岁])|星期|礼拜|小时|钟|层|楼(?!款)|路(?!费)|平(?![台时])|亩|斤|级|类|遍|人(?!民币|[情工家参])"
    r"|家(?![里用长具电政属人装教])|台(?!阶)|件|种(?!子)|步|度(?!假)|％|%|折|倍|版|里(?!面)|成(?![了本])|代(?![付扣理驾购买办缴])|桌(?![子椅])|户(?![头口])|队(?!里)"
    r"|车(?![款位贷险钱票费租库贴])|头(?![款期])|只(?![要能是有])|排|道|句|卡(?![里上费内])|道|块(?:手表|地)|股(?![本东金份权息票民])|声|把(?![钱这那它卡])|些|下(?![个月周午家来去星礼单半])|样|时|共"
)
_TAIL_BEFORE_COUNTER = re.compile(
    r"(?<=[万千百])[一二两三四五六七八九]$|(?<=[万千])[一二三四五六七八九]?十[一二三四五六七八九]?$"
)
_MONEY_VERB = re.compile(
    r"(?:欠|交|充|付|转|给|取|存|还|扣|少|退|借|贷|汇|打|花|刷|换|拿|领|补|缴|收|投|减|差|要|款|费|钱|额度|工资|总共|才|transfer|withdraw|deposit|pay|send|get)"
    r"(?:了|我|他|她|你|过|到|出来|进去|掉|大概|差不多|个|走|走了|上|：|，| )?$",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"(?!(?<=[万千])\d{1,2}(?:年|个?月|期|天))[A-Za-z]*\d")
"""Digits after a number make it a code, unless they count something themselves: 20万5年."""

_HOTLINES = frozenset({12378, 96110, 12381})
"""Of complaints and of the police against fraud: nobody asks for such sums."""
_FEWEST_POINTS = 100
_DENOMINATIONS = frozenset({1, 2, 5, 10, 20, 50, 100})
_COUNT = re.compile(rf"(?P<v>{_N})(?P<u>笔|份(?!子)|期|克|口(?=，|。|都|$)|分(?=[，。能换积兑]|$))")
_BRANCH = re.compile(r"[^，。！？的我你您在到去是有哪能填要写只给约那这个从往找问离和跟及就改请家]{2,6}?(?:支行|分行)")


def find(text: str) -> tuple[Entity, ...]:
    """Return the entities in the order of the sentence."""
    return tuple(Entity(span.type, text[span.start : span.end], span.norm) for span in spans(text))


def spans(text: str) -> tuple[Span, ...]:
    """Return the entities with their places; no two share a character."""
    kept: list[Span] = []
    for source in (codes.find, names.products, dates.find, _counts, _currencies, _amounts, _branches, names.payees):
        _keep(kept, source(text))
    kept.sort(key=lambda span: span.start)
    return tuple(kept)


def details_of(text: str) -> tuple[Span, ...]:
    """Return the details (details.py) in the order of the sentence; no two of a type share a character, the longer wins."""
    kept: list[Span] = []
    for span in sorted(details.find(text), key=lambda span: (span.start - span.end, span.start)):
        if not any(span.type == other.type and span.overlaps(other) for other in kept):
            kept.append(span)
    return tuple(sorted(kept, key=lambda span: span.start))


def _keep(kept: list[Span], found: Iterable[Span]) -> None:
    for span in found:
        if span.end > span.start and not any(span.overlaps(other) for other in kept):
            kept.append(span)


def _amounts(text: str) -> Iterator[Span]:
    yield from english_numbers.sums(text)
    unsure = english_numbers.unsure(text)
    for match in _AMOUNT.finditer(text):
        span = None if english_numbers.overlaps(unsure, match) else _amount(text, match)
        if span:
            yield span


def _amount(text: str, match: re.Match[str]) -> Span | None:
    value = numerals.number(match["n"])
    if value is None or value <= 0:
        return None
    if match["big"]:
        value *= numerals.UNIT[match["big"]]
    end = max(match.end(name) for name in ("n", "about", "big", "u", "dime", "d", "cent"))
    if match["u"] in ("毛", "角"):
        value /= 10
    for name, share in (("dime", 10), ("cent", 100)):
        if match[name]:
            value += Decimal(numerals.digits(match[name])) / share
    if match["u"]:
        if text[: match.start()].endswith("几") or (match.group() == "一块" and not match["qian"]):
            return None
    elif (tail := _TAIL_BEFORE_COUNTER.search(text[:end])) is not None and _COUNTER.match(text[end:]):
        # 五万三年, 三十万十年: what stands last counts years, not thousands.
        end = tail.start()
        shorter = numerals.number(text[match.start() : end])
        value = value if shorter is None else shorter
    elif not _is_money(text, match, value, end):
        return None
    if _is_denomination(text, match.start(), end, value):
        return None
    return Span("amount", match.start(), end, f"{value:.2f}")


def _is_money(text: str, match: re.Match[str], value: Decimal, end: int) -> bool:
    before, after = text[: match.start()], text[end:]
    if _CURRENCY.match(after) or after.startswith(("刀", "镑")):
        return True
    if _COUNTER.match(after) or re.search(r"[A-Za-z第+几]$", before) or _GOES_ON.match(text, end):
        return False
    said = match["n"]
    if any(char in said for char in "百千万亿") and said[0] not in "百千万亿":
        return True
    if said.isdigit() and len(said) in (3, 4, 5, 6, 7) and not said.startswith("0"):
        return value not in _HOTLINES
    return bool(value >= 10 and _MONEY_VERB.search(before)) or (not before and not after.strip("。吧呢啊"))


def _is_denomination(text: str, start: int, end: int, value: Decimal) -> bool:
    if value not in _DENOMINATIONS:
        return False
    after = text[end:]
    if re.match(r"(?:面值|一张|面额|纸|硬币|钢镚|整钞|百元钞|[一二五十百]+块的|的(?!话费))", after):
        return True
    return bool(re.search(r"张(?:假的?|崭新的?)?$|[五十]块$", text[:start]))


def _counts(text: str) -> Iterator[Span]:
    for match in _COUNT.finditer(text):
        value = numerals.number(match["v"])
        if value is None or value < 2 or text[: match.start()].endswith(("第", "这", "几")):
            continue
        if match["u"] != "分" or value >= _FEWEST_POINTS:
            yield Span("count", match.start("v"), match.end("v"), numerals.plain(value))


def _currencies(text: str) -> Iterator[Span]:
    for pattern in (_CURRENCY, _AFTER_NUMBER):
        for match in pattern.finditer(text):
            code = _code(match.group())
            if code and not text[: match.start()].endswith(("数字", "套")):
                yield Span("currency", match.start(), match.end(), code)


def _code(word: str) -> str | None:
    if word in _BY_WORD:
        return _BY_WORD[word]
    for code, words in _CURRENCIES.items():
        if re.fullmatch(words, word, re.IGNORECASE):
            return code
    return None


def _branches(text: str) -> Iterator[Span]:
    for match in _BRANCH.finditer(text):
        yield Span("branch", match.start(), match.end(), match.group())
