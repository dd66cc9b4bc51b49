"""The values a paper gives, canonical; names, accounts and identity numbers leave here masked only."""

from __future__ import annotations

import re
from collections.abc import Iterator

from guitai.documents import amounts
from guitai.messages.document import DocumentField, Doubt
from guitai.messages.masking import mask_name

ORGANISATION = re.compile(
    r"(?:公司|银行|支行|分行|中心|合作社|商店|超市|医院|学校|大学|集团|厂|店|局|所|部|处|委员会|基金|信托)$"
)
_NEXT_LABEL = re.compile(
    r"(?:收款|付款|汇款|开户|转入|对方|所属|银行)*(?:银行|支行|行|网点|机构)?(?:名称|全称|[卡账帐][号户]|金额)?$"
)
"""The label of the next value, where a row was read without the gap before it: 张三 银行卡号：6222…"""

_LABELS: tuple[tuple[str, str], ...] = (
    ("payee", r"收款人(?:户名|名称|姓名|全称)?|收款方(?:户名|名称)?|收款单位|对方户名"),
    ("payer", r"付款人(?:户名|名称|姓名|全称)?|汇款人(?:户名|名称|姓名)?|付款方(?:户名)?|交款人|付款户名"),
    ("borrower", r"借款人(?:姓名|名称)?|借款方|甲方[（(]借款人[）)]"),
    ("lender", r"贷款人(?:名称)?|出借人|贷款银行|出借方"),
    ("insured", r"被保险人(?:姓名)?"),
    ("policyholder", r"投保人(?:姓名)?"),
    ("beneficiary", r"(?:身故)?受益人(?:姓名)?"),
    ("issuer", r"发行(?:机构|人)|产品?管理人|管理机构|保险人|保险公司|承保公司"),
    ("holder", r"户名|姓名|客户(?:姓名|名称)|投资者(?:姓名|名称)?"),
)
_NAMES = tuple((name, re.compile(rf"(?<![一-龥])(?:{label})[:：|]+([^|:：，。；（(]{{2,30}})|(?<![一-龥])(?:{label})([一-龥]{{2,4}})(?=\||$)")) for name, label in _LABELS)  # fmt: skip
_DAY = r"(20\d\d|19\d\d)[年\-/.](\d{1,2})[月\-/.](\d{1,2})日?"
_DATES = (
    ("start_date", re.compile(rf"(?:自|从|起息日|起始日|生效日期?|成立日|起保日期)[^\d]{{0,6}}{_DAY}")),
    ("end_date", re.compile(rf"(?:至|到期日|终止日|届满日|满期日?|有效期限[\d.\-]{{8,11}}-)[^\d]{{0,6}}{_DAY}")),
    ("date", re.compile(_DAY)),
)
_TAILS = (
    (
        "payee_account_tail",
        re.compile(r"(?:收款|对方|转入)[^\d|]{0,8}(?:账|帐|卡)[号户][^\d|]{0,4}\|?([\d*xX•·]{10,23})"),
    ),
    ("account_tail", re.compile(r"(?:账|帐|卡)[号户][^\d|]{0,4}\|?([\d*xX•·]{10,23})|尾号(?:为|是)?[:：]?(\d{4})")),
)
_ID_NUMBER = re.compile(r"(?<!\d)([1-9]\d{5}(?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3}[\dXx])(?!\d)")
_RATE = re.compile(
    r"(?:年化?利率|年利率|执行利率|贷款利率|利率|业绩比较基准|预期(?:年化)?收益率?|年化(?:收益率?|回报)?|收益率|月息|日息)[^\d%]{0,14}"
    r"(\d{1,3}(?:\.\d{1,4})?)%?(?:[-~～—至](\d{1,3}(?:\.\d{1,4})?))?%"
)
_TERM = re.compile(r"(?:期限|存期|保险期间|交费期间|投资期|封闭期)[^\d|]{0,8}\|?(\d{1,4})(个月|年|天|日)")
_RISK = re.compile(r"(?:风险(?:等级|评级|级别))[^R\d|]{0,6}\|?[（(]?(R[1-5])|(?<![A-Za-z\d])(R[1-5])(?!\d)|(中低|中高|低|中|高)(?:等)?风险(?:产品)?")  # fmt: skip
_GRADES = {"低": "R1", "中低": "R2", "中": "R3", "中高": "R4", "高": "R5"}
_SUMS = (
    ("premium_fen", re.compile(r"(?:保险费|保费)[^|\d¥￥]{0,10}\|?")),
    ("insured_fen", re.compile(r"(?:保险金额|保额|基本保额)[^|\d¥￥]{0,10}\|?")),
    ("fee_fen", re.compile(r"手续费[^|\d¥￥，。]{0,6}\|?")),
    ("amount_fen", re.compile(r"(?:金额|合计|总额|本金|价税合计|实收|小写)[^|\d¥￥]{0,12}\|?")),
)
SHOWN_CHARS = 24


def fields_of(rows: tuple[str, ...]) -> tuple[tuple[DocumentField, ...], tuple[Doubt, ...]]:
    """Return what the rows give, each name once, and whether the amounts disagree."""
    text = "|".join(rows)
    found = [*_people(rows), *_sums(text), *_days(text), *_numbers(text)]
    told = dict[str, str]()
    for name, value in found:
        told.setdefault(name, value)
    capital, plain = amounts.capitals(text), amounts.figures(text)
    doubts: tuple[Doubt, ...] = ("amounts_differ",) if capital and plain and not set(capital) & set(plain) else ()
    if capital:
        told["capitals_fen"] = str(int(capital[0]))
        if not doubts:
            told["amount_fen"] = told["capitals_fen"]
        told.setdefault("amount_fen", told["capitals_fen"])
    return tuple(DocumentField(name, value) for name, value in told.items()), doubts


def _labelled(rows: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for row in rows:
        for name, pattern in _NAMES:
            if (match := pattern.search(row)) is not None:
                value = (match[1] or match[2]).strip("*＊")
                ran_on = row[match.end() : match.end() + 1] in tuple(":：")
                yield name, _NEXT_LABEL.sub("", value) if ran_on else value


def _people(rows: tuple[str, ...]) -> Iterator[tuple[str, str]]:
    for name, value in _labelled(rows):
        if not value or re.search(r"\d{5,}", value):
            continue  # a label or an account where the name should be: the row was read across its columns
        yield name, value[:SHOWN_CHARS] if ORGANISATION.search(value) else mask_name(value)


def _sums(text: str) -> Iterator[tuple[str, str]]:
    for name, label in _SUMS:
        for match in label.finditer(text):
            ahead = text[match.end() : match.end() + 40]
            found = amounts.figures(ahead) or amounts.capitals(ahead) or _bare(ahead)
            if found:
                yield name, str(int(found[0]))
                break
    if (first := amounts.figures(text)) and not any(label.search(text) for _, label in _SUMS):
        yield "amount_fen", str(int(first[0]))


def _bare(ahead: str) -> tuple[int, ...]:
    match = re.match(r"(\d{1,3}(?:[,，]\d{3})+(?:\.\d\d)?|\d+\.\d\d)(?![\d%])", ahead)
    return (round(float(re.sub("[,，]", "", match[1])) * 100),) if match else ()


def _days(text: str) -> Iterator[tuple[str, str]]:
    for name, pattern in _DATES:
        if (match := pattern.search(text)) is not None:
            year, month, day = match.groups()[-3:]
            if 1 <= int(month) <= 12 and 1 <= int(day) <= 31:
                yield name, f"{year}-{int(month):02d}-{int(day):02d}"


def _numbers(text: str) -> Iterator[tuple[str, str]]:
    for name, pattern in _TAILS:
        if (match := pattern.search(text)) is not None:
            number = next(group for group in match.groups() if group)
            if number[-4:].isdigit():
                yield name, number[-4:]
    if (match := _ID_NUMBER.search(text)) is not None:
        yield "id_number", f"{match[1][:3]}{'*' * 13}{match[1][-2:]}"
    if (match := _RATE.search(text)) is not None:
        highest = max(float(group) for group in match.groups() if group)
        yield "rate_bp", str(round(highest * 100))
    if (match := _TERM.search(text)) is not None:
        yield "term", f"P{int(match[1])}{ {'个月': 'M', '年': 'Y'}.get(match[2], 'D') }"
    if (match := _RISK.search(text)) is not None:
        yield "risk_level", match[1] or match[2] or _GRADES[match[3]]
