"""Breaks texts into lines: Chinese typesetting rules, marked words, balanced lines, and the largest allowed size that fits.

Sources: W3C "Requirements for Chinese Text Layout" (clreq) for marks that may not start or end a line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol


class Measure(Protocol):
    """How wide a text is at a size."""

    def __call__(self, text: str, size_px: float, bold: bool = False) -> float:
        """Return pixels."""
        ...


NOT_FIRST = frozenset("，。、；：？！”’）》」』】…·・,.;:?!%)]}")
NOT_LAST = frozenset("“‘（《「『【([{¥")
CLAUSE_END = frozenset("，。；：？！…,.;:?!")
LATIN = re.compile(r"[^\s\u2e80-\uffef]+")
NUMBER_UNIT = re.compile(r"(?<=\d) (?=[元位秒分天笔小])")
GLUE = "\u00a0"
"""A space that does not break: between a number and its unit."""

SQUEEZE = re.compile("(?<=[”’）》」』】，。、；：])(?=[”’）》」』】，。、；：？！“‘（《「『【])")
"""Where two full-width marks meet, half an em of white is taken away (clreq: 标点挤压)."""

KEPT_WORDS = frozenset(
    [
        "这个",
        "那个",
        "一个",
        "一下",
        "什么",
        "怎么",
        "我们",
        "您的",
        "可以",
        "没有",
        "已经",
        "正在",
        "一共",
        "一起",
        "以后",
        "以前",
        "现在",
        "今天",
        "明天",
        "今年",
        "柜员",
        "柜台",
        "账号",
        "账户",
        "转账",
        "汇款",
        "收款",
        "付款",
        "存款",
        "取款",
        "贷款",
        "存单",
        "定期",
        "活期",
        "利率",
        "利息",
        "利钱",
        "余额",
        "金额",
        "密码",
        "验证",
        "短信",
        "手机",
        "电话",
        "银行",
        "网点",
        "机器",
        "键盘",
        "屏幕",
        "卡号",
        "尾号",
        "号码",
        "本人",
        "身份",
        "证件",
        "回单",
        "人工",
        "视频",
        "语音",
        "安全",
        "放心",
        "马上",
        "大约",
        "分钟",
        "小时",
        "办理",
        "业务",
        "收到",
        "告诉",
        "任何",
        "取走",
        "拿走",
        "插入",
        "确认",
        "输入",
        "请您",
        "对方",
        "帮您",
        "给您",
        "为您",
        "核对",
        "检修",
        "修好",
    ]
)
"""Common words that a short text should not break in two; a wish, not a rule."""

ELLIPSIS = "…"
BALANCE_ATOMS = 60
"""Longer paragraphs are filled line by line; only short ones are balanced."""


@dataclass(frozen=True, slots=True)
class Span:
    """Text of one style. `marked` words are underlined in the lead and bold elsewhere."""

    text: str
    marked: bool = False


Line = tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Fitted:
    """Lines at a size. `cut` says that even the smallest step had to leave words out."""

    size: float
    lines: tuple[Line, ...]
    cut: bool = False


def spans(text: str, mark: str = "*") -> tuple[Span, ...]:
    """Split at marks: ``给*儿子*转`` gives 给, 儿子 (marked), 转. A mark followed by a space (刘 * 芳) is a letter."""
    star = re.escape(mark)
    out: list[Span] = []
    at = 0
    for match in re.finditer(rf"{star}(?=[^\s*])([^*\n]*[^\s*]){star}", text):
        out += [Span(text[at : match.start()]), Span(match.group(1), marked=True)]
        at = match.end()
    return tuple(span for span in [*out, Span(text[at:])] if span.text)


def plain(text: str) -> tuple[Span, ...]:
    """Return the text as one span without marks."""
    return (Span(text),) if text else ()


def fit(
    pieces: Sequence[Span], width: float, max_lines: int, steps: Sequence[float], measure: Measure, bold: bool = False
) -> Fitted:
    """Return the text at the first of `steps` (largest first) that needs no more than `max_lines` lines."""
    for size in steps:
        lines = wrap(pieces, width, size, measure, bold)
        if len(lines) <= max_lines and _widest(lines, size, measure, bold) <= width:
            return Fitted(size, lines)
    size = steps[-1]
    lines = wrap(pieces, width, size, measure, bold)[:max_lines]
    return Fitted(size, (*lines[:-1], _shorten(lines[-1], width, size, measure, bold)), cut=True)


def wrap(pieces: Sequence[Span], width: float, size: float, measure: Measure, bold: bool = False) -> tuple[Line, ...]:
    """Break at line feeds, then where Chinese or spaces allow; short texts get lines of even length."""
    lines: list[Line] = []
    for paragraph in _paragraphs(pieces):
        atoms = _atoms(paragraph, width, size, measure, bold)
        wide = [line_width(atom, size, measure, bold) for atom in atoms]
        rows = _fill(atoms, wide, width)
        if len(rows) > 1 and len(atoms) <= BALANCE_ATOMS:
            rows = _balance(atoms, wide, len(rows), width) or rows
        lines += [_line(row) for row in rows]
    return tuple(lines) or ((),)


def runs(text: str) -> list[tuple[str, bool]]:
    """Return the text cut where marks are squeezed; True: pull this run left by half an em."""
    parts = SQUEEZE.split(text)
    return [(part, n > 0) for n, part in enumerate(parts)]


def line_width(line: Line, size: float, measure: Measure, bold: bool, marked_bold: bool = False) -> float:
    """Return a line's width in pixels."""
    return sum(measure(span.text, size, bold or (marked_bold and span.marked)) for span in line)


def _paragraphs(pieces: Sequence[Span]) -> list[list[Span]]:
    out: list[list[Span]] = [[]]
    for piece in pieces:
        first, *rest = piece.text.split("\n")
        out[-1].append(Span(first, piece.marked))
        out += [[Span(line, piece.marked)] for line in rest]
    return out


def _atoms(pieces: Sequence[Span], width: float, size: float, measure: Measure, bold: bool) -> list[Line]:
    """Return the smallest runs that stay together on a line; a closing mark belongs to the word before it."""
    atoms: list[Line] = []
    for piece in pieces:
        text = NUMBER_UNIT.sub(GLUE, piece.text)
        whole = piece.marked and measure(text, size, bold) <= width
        for part in [text] if whole else _split(text):
            span = Span(part, piece.marked)
            if atoms and (part[0] in NOT_FIRST or _text(atoms[-1])[-1] in NOT_LAST):
                atoms[-1] = (*atoms[-1], span)
            else:
                atoms.append((span,))
    return [crumb for atom in atoms for crumb in _crumbs(atom, width, size, measure, bold)]


def _text(line: Line) -> str:
    return "".join(span.text for span in line)


def _split(text: str) -> list[str]:
    parts: list[str] = []
    at = 0
    while at < len(text):
        match = LATIN.match(text, at)
        end = match.end() if match else at + 1
        while end < len(text) and text[end] == GLUE:
            end += 2
        parts.append(text[at:end])
        at = end
    return parts


def _crumbs(atom: Line, width: float, size: float, measure: Measure, bold: bool) -> list[Line]:
    """Break an atom wider than the line between its words; a word that is wider still (a web address) anywhere."""
    if line_width(atom, size, measure, bold) <= width:
        return [atom]
    pieces: list[Line] = []
    for span in atom:
        for part in _split(span.text):
            if pieces and part[0] in NOT_FIRST:
                pieces[-1] = (*pieces[-1], Span(part, span.marked))
            else:
                pieces.append((Span(part, span.marked),))
    return [crumb for piece in pieces for crumb in _characters(piece, width, size, measure, bold)]


def _characters(piece: Line, width: float, size: float, measure: Measure, bold: bool) -> list[Line]:
    if line_width(piece, size, measure, bold) <= width:
        return [piece]
    return [(Span(character, span.marked),) for span in piece for character in span.text]


def _fill(atoms: Sequence[Line], wide: Sequence[float], width: float) -> list[list[Line]]:
    rows: list[list[Line]] = [[]]
    used = 0.0
    for atom, w in zip(atoms, wide, strict=True):
        if rows[-1] and used + (0 if _text(atom) == " " else w) > width:
            rows.append([])
            used = 0.0
        rows[-1].append(atom)
        used += w
    return rows


def _balance(atoms: Sequence[Line], wide: Sequence[float], count: int, width: float) -> list[list[Line]] | None:
    """Return exactly `count` rows of even length, preferring to end a row where a clause ends."""
    n, ideal = len(atoms), sum(wide) / count
    texts = [_text(atom) for atom in atoms]
    best: list[list[tuple[float, int]]] = [[(float("inf"), 0)] * (count + 1) for _ in range(n + 1)]
    best[0][0] = (0.0, 0)
    for end in range(1, n + 1):
        used = 0.0
        for start in range(end - 1, -1, -1):
            used += wide[start]
            trimmed = used - (wide[end - 1] if texts[end - 1] == " " else 0)
            if trimmed > width and start < end - 1:
                break
            cost = _raggedness(trimmed, ideal, texts, end)
            for row in range(1, count + 1):
                before = best[start][row - 1][0]
                if before + cost < best[end][row][0]:
                    best[end][row] = (before + cost, start)
    if best[n][count][0] == float("inf"):
        return None
    rows: list[list[Line]] = []
    end = n
    for row in range(count, 0, -1):
        start = best[end][row][1]
        rows.append(list(atoms[start:end]))
        end = start
    return rows[::-1]


def _raggedness(used: float, ideal: float, texts: Sequence[str], end: int) -> float:
    cost = ((used - ideal) / ideal) ** 2
    if end == len(texts) or texts[end - 1][-1] in CLAUSE_END:
        return cost * 0.3
    torn = texts[end - 1][-1] + texts[end][0] in KEPT_WORDS
    return cost + (0.35 if torn else 0.15)


def _line(row: Sequence[Line]) -> Line:
    out: list[Span] = []
    for span in (span for atom in row for span in atom):
        text = span.text.replace(GLUE, " ")
        if out and out[-1].marked == span.marked:
            out[-1] = Span(out[-1].text + text, span.marked)
        else:
            out.append(Span(text, span.marked))
    if out:
        out[0] = Span(out[0].text.lstrip(" "), out[0].marked)
        out[-1] = Span(out[-1].text.rstrip(" "), out[-1].marked)
    return tuple(span for span in out if span.text)


def _widest(lines: Sequence[Line], size: float, measure: Measure, bold: bool) -> float:
    return max((line_width(line, size, measure, bold) for line in lines), default=0)


def _shorten(line: Line, width: float, size: float, measure: Measure, bold: bool) -> Line:
    text = _text(line)
    while text and measure(text + ELLIPSIS, size, bold) > width:
        text = text[:-1]
    return (Span(text + ELLIPSIS),)
