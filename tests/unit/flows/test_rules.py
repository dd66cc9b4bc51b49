"""Whatever a customer does in any flow: money needs a finger on the values as they are, a teller's business a teller."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.dialogue.book import shipped_files
from guitai.dialogue.check_book import check_files
from guitai.dialogue.data import FLOWS, OFFERS, REPLIES
from guitai.dialogue.schema import Flow, Texts
from guitai.dialogue.services import INQUIRIES, ORDERS
from guitai.dialogue.values import names_in
from guitai.messages import card, handover, touch
from guitai.messages.voice import Entity, Move

from .counter import Desk
from .scripts import SCRIPTS, Script
from .test_each_flow import through

AMOUNTS = ("600", "3000", "50000", "200000")
MOVES: tuple[Move, ...] = ("back", "skip", "wait", "continue", "unsure")
SPOKEN_ONLY = ("payee", "account")
"""Slots of the transfer, which has tests of its own."""

PAYING = [script for script in SCRIPTS if any(ORDERS[order].money != "none" for order in script.orders)]
BY_KIND = {script.kind: script for script in SCRIPTS}


@st.composite
def a_customer(draw: Any) -> Desk:
    """Come with one errand and do up to twenty-five things, most of them what the screen asks for."""
    script = draw(st.sampled_from(SCRIPTS) | st.sampled_from(PAYING))
    region = draw(st.sampled_from(["浙江杭州", "广东深圳"]))
    desk = Desk(region=region, rows=script.rows, fields=script.fields, approves=draw(st.booleans()))
    desk.open()
    desk.press(f"start:{script.kind}")
    for _ in range(draw(st.integers(5, 25))):
        do(draw, desk)
    return desk


def do(draw: Any, desk: Desk) -> None:
    task = desk.state.task
    deeds = (
        ["go", "correct"]
        if desk.state.stage == "question"
        else [*["go"] * 5, "press", "correct", "say", "move", "other", "late"]
    )
    match draw(st.sampled_from(deeds)):
        case "go" if desk.state.stage == "result":
            desk.press("solved:no")
        case "go" if desk.state.card == "offered":
            desk.happen(card.CardTaken())
        case "go" if desk.state.asking in SPOKEN_ONLY and desk.state.stage == "slot":
            desk.happen(touch.Entered("account", "", "v3|4471|19"))
            desk.hear("王芳", ("out_of_scope", 0.9), entities=(Entity("payee", "王芳", "王芳"),))
        case "go":
            desk.touch_on(BY_KIND[task.kind].touches if task is not None and task.kind in BY_KIND else {})
        case "press" if desk.buttons:
            desk.press(draw(st.sampled_from(desk.buttons)).target)
        case "correct":
            desk.hear("不对，改一下", ("deny", 0.8), correction=True, entities=some(draw))
        case "say":
            desk.hear("第二个", ("affirm", 0.8), entities=some(draw))
        case "move":
            desk.hear("…", ("repeat_back", 0.3), move=draw(st.sampled_from(MOVES)))
        case "other":
            desk.hear("我要办别的", (draw(st.sampled_from(INTENTS)), 0.95), entities=some(draw))
        case "late":
            desk.happen(touch.Entered(desk.state.asking or "amount", "700", "v3|4471|11"))


INTENTS = sorted(intent for flow in FLOWS.values() for intent in flow.intents)


def some(draw: Any) -> tuple[Entity, ...]:
    amount = draw(st.sampled_from(AMOUNTS))
    found = {
        "amount": amount,
        "term": "P1Y",
        "date": "D+2",
        "instalments": "6",
        "phone": "v8|1111|11",
        "user_no": "v8|1111|10",
        "bill": "水费",
    }
    names = draw(st.sets(st.sampled_from(sorted(found)), max_size=2))
    return tuple(Entity(name, found[name], found[name]) for name in sorted(names))


@settings(max_examples=120, deadline=None)
@given(a_customer())
def test_nothing_is_done_that_was_not_confirmed_or_approved(desk: Desk) -> None:
    """The desk itself looks at every step (see `Desk._watch`)."""
    assert desk.state.stage is not None


def texts() -> Iterator[tuple[Flow, str, Texts]]:
    for flow in FLOWS.values():
        for name, both in flow.texts.items():
            yield flow, name, both


@pytest.mark.parametrize(
    ("flow", "name", "both"), [pytest.param(*entry, id=f"{entry[0].kind}.{entry[1]}") for entry in texts()]
)
def test_words_are_plain(flow: Flow, name: str, both: Texts) -> None:
    for language, reply in (("zh", both.zh), ("en", both.en)):
        words = reply.lead + reply.more + (reply.say or "")
        assert not {"!", "！"} & set(words)
        assert reply.lead.count("*") in (0, 2, 4)
        if language == "en":
            assert words.isascii(), "an English text is English"
        else:
            assert "你" not in words
    ends = name == "done" or any(step.show and step.show.text == name for step in flow.steps)
    if ends:
        assert both.zh.more.endswith("您的问题解决了吗？")
        assert both.en.more.endswith("Is everything solved?")


@pytest.mark.parametrize(
    ("flow", "name", "both"), [pytest.param(*entry, id=f"{entry[0].kind}.{entry[1]}") for entry in texts()]
)
def test_balances_and_debts_are_not_spoken(flow: Flow, name: str, both: Texts) -> None:
    for reply in (both.zh, both.en):
        spoken = reply.lead + reply.more if reply.say is None else reply.say
        assert "_fen}" not in spoken


def test_a_number_corrected_after_the_measures_is_weighed_and_confirmed_again() -> None:
    script = BY_KIND["utility_payment"]
    desk = Desk(region="广东深圳", fields={"utility_bill": {"amount_fen": "1286000"}})
    desk.open()
    desk.press("start:utility_payment")
    while desk.state.stage != "confirm":
        desk.touch_on(script.touches)
    desk.hear(
        "不对，户号说错了", ("deny", 0.8), correction=True, entities=(Entity("user_no", "v8|1111|10", "v8|1111|10"),)
    )
    assert desk.state.stage == "question"
    assert not desk.orders
    while not desk.ended:
        desk.touch_on({})
    assert dict(desk.orders[-1].params)["user_no"] == "vault:v8"


@pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if "amount" in FLOWS[s.kind].slots and s.orders], ids=lambda s: s.kind
)
def test_an_amount_corrected_before_the_finger_is_the_one_that_counts(script: Script) -> None:
    desk = Desk(fields={"credit_card": {"bill_fen": "90000000"}, "available": {"available_fen": "90000000"}})
    desk.open()
    desk.find(script.kind)
    if script.then:
        through(desk, script)
        desk.tap(script.then)
    while desk.state.stage != "confirm":
        desk.touch_on(script.touches)
    desk.hear("不对，是六万", ("deny", 0.6), correction=True, entities=(Entity("amount", "六万", "60000"),))
    assert desk.state.stage == "confirm"
    while not desk.ended:
        desk.touch_on({})
    assert "6000000" in dict(desk.orders[-1].params).values()


@pytest.mark.parametrize("script", [s for s in SCRIPTS if FLOWS[s.kind].needs_host], ids=lambda s: s.kind)
def test_with_the_line_down_nothing_is_done_and_the_card_comes_back(script: Script) -> None:
    desk = Desk(online=False)
    desk.open()
    desk.press(f"start:{script.kind}")
    assert not desk.orders
    assert desk.state.saying.key in ("line_down", "loss_offline")


@pytest.mark.parametrize(
    ("kind", "old", "new", "said"),
    [
        ("credit_card_repay", "value: min_due_fen", "value: min_fen", "nothing gives min_fen"),
        ("wealth_products", "least: least_fen", "least: last_fen", "nothing gives last_fen"),
        ("risk_profile", "{income},{share}", "{income},{shares}", "nothing gives {shares}"),
        ("statement", "{date}  {summary}", "{date}  {sumary}", "nothing gives {sumary}"),
        ("close_account", "尾号 {card_tail} 的账户", "尾号 {tail} 的账户", "nothing gives {tail}"),
    ],
)
def test_a_name_the_bank_never_tells_is_a_mistake(kind: str, old: str, new: str, said: str) -> None:
    files = shipped_files()
    text = files[f"flows/{kind}.yaml"]
    assert old in text
    told = [mistake.what for mistake in check_files({**files, f"flows/{kind}.yaml": text.replace(old, new, 1)})]
    assert any(said in words for words in told), told


@pytest.mark.parametrize("kind", OFFERS)
def test_what_is_offered_is_begun_and_its_words_need_no_more_than_a_proposal_has(kind: str) -> None:
    step = "human" if kind.endswith("_human") else ""
    proposal = {
        "proposal_id": "p1", "kind": kind.removesuffix("_human"), "product": "handle-1", "reason": "原因在这里", "date": "2026-12-20",
        "amount_fen": "128600", "step": step,
    }  # fmt: skip
    assert tuple(proposal) == INQUIRIES["proposals"].rows
    desk = Desk(rows={"proposals": (tuple(proposal.items()),)})
    desk.open()
    desk.find("balance")
    desk.insert_card()
    desk.tap("solved:yes")
    assert desk.state.saying.key == f"offer.{kind}"
    for reply in REPLIES[desk.state.saying.key].values():
        assert names_in(reply.lead + reply.more) <= {"reason", "date", "amount_fen"}, "a handle is the bank's own"
        assert reply.say is not None
        assert not names_in(reply.say)
    desk.tap("offer:yes")
    if step:
        assert desk.all(handover.Escalate), "the last step is a person"
        return
    assert desk.state.task is not None
    assert desk.state.task.kind == OFFERS[kind]
