"""Every state a session can be in has a screen; at most six buttons, one green next step, texts complete."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.messages import view as v
from guitai.messages.card import CardTaken
from guitai.messages.cash import NotesTaken
from guitai.messages.touch import Entered
from guitai.money import yuan
from guitai.view import view

from .world import World

DEEDS = st.sampled_from(
    [
        ("say", "给张伟转五千", "transfer", {"payee": "张伟", "amount": "5000"}),
        ("say", "取五百", "withdraw_cash", {"amount": "500"}),
        ("say", "取三百五", "withdraw_cash", {"amount": "350"}),
        ("say", "查余额", "query_balance", {}),
        ("say", "几点关门", "branch_info", {}),
        ("say", "对", "affirm", {}),
        ("say", "算了", "cancel", {}),
        ("say", "今天天气", "out_of_scope", {}),
        ("press", "confirm"),
        ("press", "met:no"),
        ("press", "human"),
        ("press", "back"),
        ("press", "large"),
        ("press", "language"),
        ("press", "solved:yes"),
        ("press", "solved:no"),
        ("press", "end"),
        ("press", "start:transfer"),
        ("card",),
        ("account",),
        ("sms",),
        ("taken",),
        ("notes",),
        ("time",),
    ]
)


def do(world: World, deed: tuple) -> None:
    match deed:
        case ("say", text, intent, entities):
            world.say(text, intent, **entities)
        case ("press", target):
            world.press(target)
        case ("card",) if world.state.card == "none":
            world.insert_card()
        case ("account",):
            world.happen(Entered("account", "", "v|6688|19"))
        case ("sms",):
            world.happen(Entered("sms", "", "v2"))
        case ("taken",) if world.state.card == "offered":
            world.happen(CardTaken())
        case ("notes",) if world.state.stage == "take_cash":
            world.happen(NotesTaken(yuan(500)))
        case ("time",) if world.state.timer_ends_ms:
            world.time_out()


def well_formed(screen: v.View) -> None:
    assert screen.lead
    assert "{" not in screen.lead + screen.more
    options = [o for part in screen.parts if isinstance(part, v.ChoicePart) for o in part.options]
    assert len(options) <= 6
    assert sum(o.style == "primary" for o in options) <= 1
    assert len({o.target for o in options}) == len(options)
    assert all(o.label for o in options)


@settings(max_examples=150, deadline=None)
@given(st.lists(DEEDS, max_size=14), st.booleans())
def test_any_path_has_a_good_screen(deeds: list[tuple], online: bool) -> None:
    world = World(online=online)
    well_formed(view(world.state, "和平路支行"))
    world.open()
    for deed in deeds:
        do(world, deed)
        well_formed(view(world.state, "和平路支行"))


@pytest.mark.parametrize("stage", ["pin", "sms"])
def test_the_microphone_is_gone_while_secrets_are_typed(stage: str) -> None:
    assert view(World().state.but(stage=stage), "x").mic == "hidden"


def test_balance_is_on_the_screen_and_not_spoken() -> None:
    world = World()
    world.open()
    world.say("查余额", "query_balance")
    world.insert_card()
    amounts = [part for part in view(world.state, "x").parts if isinstance(part, v.AmountPart)]
    assert amounts[0].digits == "200,000.00"
    assert "20" not in world.state.transcript[-1].text
