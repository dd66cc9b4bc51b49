"""Where names of a book may have been said in words that were heard, by their sound: surely one of them, perhaps one, or none. Pure."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass

from guitai.dialogue.sounds import syllables, unlike

CLEAR, VAGUE, FAINT = 0.1, 0.2, 0.32
"""How far (see `sounds.unlike`) a name may sound from one of three characters or more to be it, to be asked about, and to be
asked about where no other payee was heard."""

SHORT = 2
"""So few characters share their sound with many others: they are taken only if they sound the same."""

_NAME = re.compile(r"[一-龥]{2,12}")
_MARK = r"[，。、,.？?！!…\s]"
_BEFORE = re.compile(
    r"(?:[给畀往到向跟还借退赔欠是叫]|[子女儿媳妇婆公哥姐弟妹叔伯姨婶舅姑爹妈爸娘爷奶侄甥孙友学事居东客匠工傅板理长师主家娃个位的])$"
)
"""What may stand before a name: words that give, that name somebody, and the ends of words for relatives and trades."""

_OPENS, _CLOSES = re.compile(rf"(?:^|{_MARK})$"), re.compile(rf"^(?:$|{_MARK})")
_AFTER = re.compile(
    rf"^(?:$|{_MARK}|[转打汇付存交发寄还借退拨的那这在账帐户卡名也吧呢啊了过去开周生住买说零一二两三四五六七八九十百千万半会\d])"
)
_NO_NAME = re.compile(
    r"^[我你您他她它咱俺这那哪谁不没]|[转打汇付存的了吗呢]|^(?:麻烦|谢谢|可以|是的|现在|今天|明天|昨天|刚才|就是|等等|稍等|多少|帮忙|请问|还有|然后|余额|密码|人工|好吧|行吧)$"
)
"""Words that are no name, however they sound."""


@dataclass(frozen=True, slots=True)
class Meant:
    """Who was meant by what was heard."""

    name: str | None = None
    """Surely this one of the book."""

    perhaps: tuple[str, ...] = ()
    """Else one of these, the likeliest first."""


@dataclass(frozen=True, slots=True, order=True)
class _Likeness:
    apart: float
    start: int
    end: int
    name: str
    clear: bool


def meant(names: Collection[str], text: str, heard: str | None = None) -> Meant:
    """Return which of the names in a book words mean by their sound.

    Args:
        names: The book.
        text: The words.
        heard: The name the language step found in them, which is none of the book's; None where it found none.
    """
    found = list(_likenesses(names, text))
    place = -1 if heard is None else text.find(heard)
    if clear := [one for one in found if one.clear]:
        last = max(clear, key=lambda one: one.start)
        rivals = sorted(one for one in found if one.start < last.end and last.start < one.end)
        near = _near(rivals)
        sure = len(near) == 1 and (place < 0 or _touches(last, place, place + len(heard or "")))
        return Meant(near[0]) if sure else Meant(None, near)
    if heard is not None:
        there = [one for one in found if place >= 0 and one.start < place + len(heard) and place < one.end]
        found = [one for one in there if one.apart <= (VAGUE if len(one.name) > SHORT else CLEAR)]
    return Meant(None, _near(sorted(found)))


def _touches(one: _Likeness, start: int, end: int) -> bool:
    """Whether the name that was heard is in the same place, or right beside: 单老师单月紧. Elsewhere it may be another's."""
    return one.start <= end and start <= one.end


def _likenesses(names: Collection[str], text: str) -> Iterator[_Likeness]:
    """Yield where each name may have been said, and how far the words there sound from it."""
    read = syllables(text)
    for name in sorted(name for name in names if _NAME.fullmatch(name)):
        for start in range(len(text) - len(name) + 1):
            end = start + len(name)
            apart = unlike(text[start:end], read[start:end], name)
            long = len(name) > SHORT
            if apart > FAINT or _NO_NAME.search(text[start:end]):
                continue
            if _stands(text, start, end, long=long) or (long and apart <= CLEAR):
                yield _Likeness(apart, start, end, name, clear=apart <= CLEAR if long else apart == 0)
        if len(name) == SHORT + 1:
            yield from _by_given_name(name, text, read)


def _by_given_name(name: str, text: str, read: tuple[str, ...]) -> Iterator[_Likeness]:
    """Yield where a payee may have been called by the given name alone: 给东来转."""
    for start in range(len(text) - SHORT + 1):
        end = start + SHORT
        same = unlike(text[start:end], read[start:end], name[1:]) == 0
        if same and not _NO_NAME.search(text[start:end]) and _stands(text, start, end, long=False):
            yield _Likeness(CLEAR, start, end, name, clear=False)


def _stands(text: str, start: int, end: int, *, long: bool) -> bool:
    """Whether a name may stand there; a short one alone, or after a word that wants one."""
    before, after = text[:start], text[end:]
    if _OPENS.search(before):
        return (_AFTER if long else _CLOSES).match(after) is not None
    return _BEFORE.search(before) is not None and _AFTER.match(after) is not None


def _near(found: list[_Likeness]) -> tuple[str, ...]:
    """Return the nearest name, and whose sound is hardly further away."""
    if not found:
        return ()
    near = dict.fromkeys(one.name for one in found if one.apart <= found[0].apart + CLEAR)
    return tuple(near)[:2]
