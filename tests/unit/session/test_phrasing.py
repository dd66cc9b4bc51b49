"""A reviewed answer may wait for other words: only where that is allowed, never for long, never unreviewed, the same in a replay."""

from __future__ import annotations

from typing import Any

import pytest

from guitai import session as core
from guitai.dialogue.data import FLOWS
from guitai.knowledge import answers
from guitai.messages import touch, voice
from guitai.messages.phrasing import AnswerPhrased, PhraseAnswer
from guitai.messages.session import CoreResumed, SessionOpened
from tests.unit.session.host import Host

FUNDS = {intent for flow in FLOWS.values() if flow.moves_money for intent in flow.intents}
ABOUT_FUNDS = next(
    name for name, one in sorted(answers.shipped().entries.items()) if set(one.intents) & FUNDS and not one.hot
)
SCAM = voice.ScamSignal(0.95, "strong", "安全账户")


def opened(*, phrasing: bool = True) -> Host:
    host = Host()
    host.happen(SessionOpened("S1", "kiosk-001", "heping", "浙江杭州", True, 10, "rules", phrasing=phrasing))
    return host


def ask(
    host: Host, name: str = "safe-box", text: str = "我叫张伟，有保管箱吗，电话13812345678", **more: Any
) -> list[Any]:
    return host.hear(text, ("branch_info", 0.4), answers=(voice.AnswerGuess(name, 0.95),), **more)


def asked(host: Host) -> PhraseAnswer:
    return host.all(PhraseAnswer)[-1]


def reviewed(name: str = "safe-box") -> str:
    entry = answers.in_use().entries[name]
    return (entry.lead + entry.more).replace("*", "")


def spoken(host: Host) -> str:
    return host.all(voice.Speak)[-1].text


def test_words_that_stand_in_the_answer_are_said() -> None:
    host = opened()
    ask(host)
    assert spoken(host) != reviewed()
    assert "13812345678" not in asked(host).question
    host.happen(AnswerPhrased(asked(host).request_id, "带身份证，小箱每年300元起。"))
    entry = answers.in_use().entries["safe-box"]
    assert spoken(host) == entry.lead.replace("*", "") + "带身份证，小箱每年300元起。"
    assert host.state.saying.key == "answer"


@pytest.mark.parametrize("text", ["", "小箱每年200元起。", "找王经理办。", "x" * 500])
def test_else_the_reviewed_answer_is_said(text: str) -> None:
    host = opened()
    ask(host)
    host.happen(AnswerPhrased(asked(host).request_id, text))
    assert spoken(host) == reviewed()


def test_off_by_default() -> None:
    host = opened(phrasing=False)
    ask(host)
    assert host.all(PhraseAnswer) == []
    assert spoken(host) == reviewed()


def test_never_for_funds_nor_after_a_sign_of_fraud_nor_within_an_errand() -> None:
    host = opened()
    ask(host, ABOUT_FUNDS)
    assert host.all(PhraseAnswer) == []
    host = opened()
    host.hear("让我把钱转到安全账户", ("fraud_help", 0.4), scam=SCAM)
    ask(host)
    assert host.all(PhraseAnswer) == []
    host = opened()
    host.press("start:loan_quote")
    ask(host)
    assert host.all(PhraseAnswer) == []


def test_an_answer_that_comes_too_late_says_nothing() -> None:
    host = opened()
    ask(host)
    late = asked(host).request_id
    host.press("start:loan_quote")
    before = spoken(host)
    host.happen(AnswerPhrased(late, "小箱每年300元起。"))
    assert spoken(host) == before
    assert host.state.saying.key == "loan_quote.ask_amount"


def test_only_the_last_question_is_answered() -> None:
    host = opened()
    ask(host)
    first = asked(host).request_id
    ask(host, "left-things")
    host.happen(AnswerPhrased(first, "小箱每年300元起。"))
    host.happen(AnswerPhrased(asked(host).request_id, ""))
    assert spoken(host) == reviewed("left-things")


def test_after_a_break_the_reviewed_answer_is_said() -> None:
    host = opened()
    ask(host)
    host.happen(CoreResumed(()))
    assert spoken(host) == reviewed()
    assert host.state.unphrased is None
    host.happen(touch.Pressed("solved:yes"))


def test_a_replay_is_the_same() -> None:
    host = opened()
    ask(host)
    host.happen(AnswerPhrased(asked(host).request_id, "小箱每年300元起。"))
    state = core.initial()
    for occurred, effects in host.record:
        state, again = core.step(state, occurred)
        assert again == effects
