"""The bank's calendar: dates in Beijing, terms in ISO 8601, and days as customers say them."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))
HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
WEEKDAYS = "1234567"
_TERM = re.compile(r"P(\d{1,3})([DWMY])")
_RELATIVE = re.compile(r"([DWMY])([+-]?\d{1,4})(?:[.-](\d{1,2}|END))?(?:-(\d{2}))?")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_ANY_MONTH = re.compile(r"XXXX-XX-(\d{2})")


def day_of(at_ms: int) -> date:
    """Return the date in Beijing."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(BEIJING).date()


def start_ms(day: date) -> int:
    """Return when a day begins in Beijing."""
    return int(datetime(day.year, day.month, day.day, tzinfo=BEIJING).timestamp()) * 1000


def moment(at_ms: int) -> str:
    """Return an ISO date and time in Beijing, to the second."""
    return datetime.fromtimestamp(at_ms // 1000, UTC).astimezone(BEIJING).isoformat()


def add_months(day: date, months: int) -> date:
    """Return the same day so many months later, or the month's last where it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def months_of(term: str) -> int:
    """Return the months of a term such as P1Y; 0 for days and weeks. Raises ValueError."""
    number, unit = _split(term)
    return {"Y": 12 * number, "M": number}.get(unit, 0)


def after(day: date, term: str, times: int = 1) -> date:
    """Return the day a term after (or, `times` negative, before) another. Raises ValueError."""
    number, unit = _split(term)
    if unit in "YM":
        return add_months(day, times * months_of(term))
    return day + timedelta(days=times * number * (7 if unit == "W" else 1))


def day_named(text: str, today: date) -> date:
    """Return the first day that a date in ISO form or as customers say it means. Raises ValueError."""
    return _range(text, today)[0]


def days_named(text: str, today: date) -> tuple[date, date]:
    """Return first and last day of a period back from today, a date, or a range ``a/b``. Raises ValueError."""
    if text.startswith("P"):
        return after(today, text, -1), today
    first, _, last = text.partition("/")
    return _range(first, today)[0], _range(last or first, today)[1]


def _split(term: str) -> tuple[int, str]:
    match = _TERM.fullmatch(term)
    if match is None or not int(match[1]):
        raise ValueError(term)
    return int(match[1]), match[2]


def _range(text: str, today: date) -> tuple[date, date]:
    if match := _MONTH.fullmatch(text):
        return _month(date(int(match[1]), int(match[2]), 1))
    if match := _ANY_MONTH.fullmatch(text):
        this = today.replace(day=int(match[1]))
        return this, this
    if match := _RELATIVE.fullmatch(text):
        return _relative(match, today)
    day = date.fromisoformat(text)
    return day, day


def _relative(match: re.Match[str], today: date) -> tuple[date, date]:
    unit, number, part, day = match[1], int(match[2]), match[3], match[4]
    if unit == "D":
        only = today + timedelta(days=number)
        return only, only
    if unit == "W":
        monday = today - timedelta(days=today.weekday()) + timedelta(weeks=number)
        if not part:
            return monday, monday + timedelta(days=6)
        only = monday + timedelta(days=WEEKDAYS.index(part))
        return only, only
    if unit == "M":
        first, last = _month(add_months(today.replace(day=1), number))
        if not part:
            return first, last
        only = last if part == "END" else first.replace(day=int(part))
        return only, only
    first = date(today.year + number, int(part) if part else 1, 1)
    if day:
        return first.replace(day=int(day)), first.replace(day=int(day))
    return (first, _month(first)[1]) if part else (first, date(first.year, 12, 31))


def _month(first: date) -> tuple[date, date]:
    return first, first.replace(day=calendar.monthrange(first.year, first.month)[1])
