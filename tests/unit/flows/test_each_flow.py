"""Every business by words and by touch alone: done once, on paper, nothing asked twice."""

from __future__ import annotations

import pytest

from guitai.dialogue.data import FLOWS, MENU
from guitai.dialogue.services import ORDERS
from guitai.messages.device import PrintReceipt
from guitai.messages.voice import Entity
from guitai.view import SPINE

from .counter import Desk
from .scripts import SCRIPTS, Script

MOST_TURNS = 25


def opened(script: Script) -> Desk:
    desk = Desk(rows=script.rows, fields=script.fields)
    desk.open()
    if script.card:
        desk.insert_card()
    return desk


def entities(found: dict[str, str]) -> tuple[Entity, ...]:
    return tuple(Entity(kind, value, value) for kind, value in found.items())


def speak(desk: Desk, script: Script) -> None:
    """Say what answers the question; a finger still confirms, a card and a code are what they are."""
    name = desk.state.asking
    if desk.state.stage != "slot":
        desk.touch_on({})
        return
    text, found = script.answers[name]
    desk.hear(text, ("affirm", 0.4), entities=entities(found))


def through(desk: Desk, script: Script) -> None:
    """By touch, as far as it goes."""
    for _ in range(MOST_TURNS):
        if desk.ended:
            return
        desk.touch_on(script.touches)


def assert_done(desk: Desk, script: Script) -> None:
    flow = FLOWS[script.kind]
    assert desk.state.stage == script.ends, (desk.state.stage, desk.state.saying, desk.state.asking)
    assert tuple(order.kind for order in desk.orders) == script.orders
    assert desk.asked == dict.fromkeys(desk.asked, 1)
    if "receipt:paper" in {button.target for button in desk.buttons}:
        assert not desk.all(PrintReceipt)
        desk.tap("receipt:paper")
    assert [e.title for e in desk.all(PrintReceipt)] == [step.print.title.zh for step in flow.steps if step.print]
    if script.ends == "result":
        assert desk.state.outcome == f"{script.kind}.done"
        last = flow.steps[-1].show
        assert last is not None
        assert desk.state.saying.key == f"{script.kind}.{last.text}"
        desk.leave()
        assert desk.state.stage == "closed"


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.kind)
def test_by_words(script: Script) -> None:
    desk = opened(script)
    if script.opening is None:
        desk.press(f"start:{script.kind}")
    else:
        text, found = script.opening
        desk.hear(text, (FLOWS[script.kind].intents[0], 0.95), entities=entities(found))
    for _ in range(MOST_TURNS):
        if desk.ended:
            break
        speak(desk, script)
    assert_done(desk, script)
    if script.orders:
        assert script.sent.items() <= dict(desk.orders[-1].params).items()
        teller = any(ORDERS[kind].by == "teller" for kind in script.orders)
        assert bool(desk.orders[0].approved_by) == teller


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.kind)
def test_by_touch_alone(script: Script) -> None:
    desk = opened(script)
    desk.find(script.kind)
    through(desk, script)
    if script.then:
        desk.tap(script.then)
        through(desk, script)
    assert_done(desk, script)


def test_a_walk_through_all_pages_passes_every_business() -> None:
    desk = Desk()
    desk.open()
    pages, passed = ["menu:all"], set[str]()
    for page in pages:
        desk.press(page)
        there = [button.target for button in desk.buttons]
        pages += [target for target in there if target.startswith("menu:") and target not in pages]
        passed |= {target for target in there if target.startswith("start:")} if page != "menu:" else set()
    assert passed == {f"start:{kind}" for kind in FLOWS}


def test_every_flow_has_a_script_and_a_place_in_the_menu() -> None:
    assert {script.kind for script in SCRIPTS} | set(SPINE) == FLOWS.keys()
    places = [kind for group in MENU.values() for kind in group.flows]
    assert sorted(places) == sorted(FLOWS)


@pytest.mark.parametrize(
    "script", [s for s in SCRIPTS if any(ORDERS[o].by == "teller" for o in s.orders)], ids=lambda s: s.kind
)
def test_what_a_teller_declines_is_not_done(script: Script) -> None:
    desk = opened(script)
    desk.approves = False
    desk.find(script.kind)
    through(desk, script)
    if script.then:
        desk.tap(script.then)
        through(desk, script)
    assert desk.state.stage == "result"
    assert desk.state.saying.key == "teller_declined"
    assert not desk.orders


def test_without_a_card_the_annual_fee_is_told_in_general() -> None:
    desk = Desk()
    desk.open()
    desk.find("credit_card_annual_fee")
    assert desk.state.saying.key == "credit_card_annual_fee.general"
