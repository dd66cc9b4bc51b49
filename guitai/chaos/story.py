"""What the light kiosk records: sessions as customers have them, each step known from its number alone."""

from __future__ import annotations

import random
from collections.abc import Callable

from guitai.messages.bank import PostTransfer, TransferOutcome
from guitai.messages.card import CardInserted
from guitai.messages.handover import Bundle, Escalate, Line
from guitai.messages.session import CloseSession, Occurred, SessionOpened
from guitai.messages.voice import CustomerSaid, Entity, IntentGuess, Speak, Understanding
from guitai.money import Fen

KIOSK, BRANCH = "kiosk-001", "heping"
STEPS = 8
"""Events of one session."""

BEGAN_MS = 1_764_000_000_000
NAMES = ("张伟", "王秀英", "李娜", "欧阳静", "刘洋")
WORDS = ("给他转钱", "我要汇款", "麻烦您快一点", "转到这个账户 6217000000001234567 上", "谢谢")

Step = tuple[Occurred, tuple[object, ...]]
_Maker = Callable[[str, int, random.Random], tuple[object, tuple[object, ...]]]


def session_of(number: int) -> tuple[str, int]:
    """Return the session and the sequence in it of the step with this number (from 0) in the kiosk's life."""
    return f"S{number // STEPS}", number % STEPS + 1


def step_of(number: int) -> tuple[str, Step]:
    """Return the session and the step with this number: the same at every call."""
    session_id, seq = session_of(number)
    event, effects = _MAKERS[seq - 1](session_id, number, random.Random(number))  # noqa: S311 - a made-up story
    return session_id, (Occurred(seq, BEGAN_MS + number, event), effects)


def _opened(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    return SessionOpened(session_id, KIOSK, BRANCH, "浙江杭州", True, chance.randrange(24), "0" * 64), ()


def _card(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    return CardInserted(f"{chance.getrandbits(64):016x}", f"{chance.randrange(10_000):04d}"), (_says(number),)


def _said(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    text = chance.choice(WORDS) + "，" + "请" * chance.randrange(60)
    entities = (Entity("amount", "五百", "500"), Entity("person", chance.choice(NAMES)))
    understanding = Understanding((IntentGuess("transfer", 0.93),), entities)
    return CustomerSaid(text, 0.9, understanding), (_says(number),)


def _posts(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    payee, amount = chance.choice(NAMES), Fen(chance.randrange(1, 5_000_000))
    post = PostTransfer(f"r{number}", "token", payee, f"payee-{number % 7}", amount, "now", str(number))
    return _said(session_id, number, chance)[0], (_says(number), post)


def _posted(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    return TransferOutcome(f"r{number - 1}", "posted"), (_says(number),)


def _calls(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    line = Line("customer", chance.choice(WORDS))
    bundle = Bundle(
        "asked", "客户要求人工", (line,) * chance.randrange(1, 6), ("transfer",), {"amount": "500"}, None, "menu"
    )
    return _said(session_id, number, chance)[0], (Escalate(f"E{number}", bundle),)


def _closes(session_id: str, number: int, chance: random.Random) -> tuple[object, tuple[object, ...]]:
    return _said(session_id, number, chance)[0], (CloseSession(session_id, "done", "transfer.posted", True),)


def _says(number: int) -> Speak:
    return Speak(f"k{number}", "好的，请稍等。")


_MAKERS: tuple[_Maker, ...] = (_opened, _card, _said, _posts, _posted, _said, _calls, _closes)
