"""What customers report that only sounds like an order: a machine that gave too few notes is no wish for cash. Closed lists, pure."""

from __future__ import annotations

import re

_SHORT = re.compile(
    r"(?:取|按|点|输|提)[^。]{0,6}[百千万\d张块][^。]{0,8}?(?:(?:就|只|才|却)(?:吐|出来|出了|到手|拿到|给了|给我吐)|(?:它|机器|机子|你们|却)(?:就|只|才)给我?[一二两三四五六七八九十\d])"
    r"|(?:少|短)(?:给|吐|出|拿|付)了|(?:少|短)(?:给|吐|出|付)我[一二两三四五六七八九十\d]|(?:少|短)(?:了|我)[^，。]{0,3}[百千块张元]"
    r"|(?:没|不)(?:吐|出)(?:来)?(?:钱|钞|现金)|(?:钱|钞票?|现金)(?:也|又|都|却|愣是|就是|倒)?没(?:有)?(?:出|吐|拿到|给)"
    r"|扣了?(?:我)?[^。，]{0,6}[，,]?[^。]{0,10}(?:没|不)(?:有)?(?:出|吐|见着|拿到)(?:钱|来|$|[，。！!])"
    r"|\b(?:only|just) (?:gave|dispensed|came out)|didn'?t (?:give|dispense)|\bshort(?:ed|-?changed)\b",
    re.IGNORECASE,
)
_WANTS_TO_KNOW = re.compile(r"怎么办|咋办|咋整|咋弄|会不会|万一|要是|如果|\b(?:what if|what do i do)\b", re.IGNORECASE)

_NO_MORE_OFFERS = re.compile(
    r"(?:别|甭|不要|不用|不许|勿|停止|不想)(?:再|老|总|总是|一直|天天|每次)*(?:再)?(?:给|跟|向|对)?(?:我|俺|咱)?(?:说|讲|提|听|看|收)?(?:到)?(?:再)?"
    r"(?:(?:这些|这种|那些)?推荐(?!高|风险|太|那种|贵|长|股)|推销|推送|推(?:了|什么|啥|这|那|理财|产品|$|[，。！!])|营销|打广告|发广告|提醒(?:我)?(?:这|买|理财)|介绍(?:理财|产品|保险|这些|那些)|提(?:理财|保险|这些|那些))"
    r"|(?:推荐|推销|推送|营销|广告)[^，。]{0,6}(?:别|不要|不用|取消|关掉?|停)(?!办|存|取|转|还)|\b(?:stop|no more|don'?t) (?:recommend|offer|sell|advertis)",
    re.IGNORECASE,
)

SOLD = frozenset({"wealth_products", "credit_card_apply"})
"""Kinds of errands that offers begin: words against them name no errand."""


def of_short_cash(text: str) -> bool:
    """Whether the words report that a machine kept or withheld notes; who asks what to do if it does wants an answer."""
    return bool(_SHORT.search(text)) and not _WANTS_TO_KNOW.search(text)


def no_more_offers(text: str) -> bool:
    """Whether the customer wants nothing proposed any more, now or ever: 别老给我推理财."""
    return bool(_NO_MORE_OFFERS.search(text))
