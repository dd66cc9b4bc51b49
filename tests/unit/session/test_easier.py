"""White on black and lower buttons from every screen; figures kept from ears beside the customer; the tray while a paper lies there."""

from __future__ import annotations

from typing import get_args

import pytest

from guitai.dialogue.state import Session, Stage
from guitai.messages import document, face, voice
from guitai.messages.touch import Entered
from guitai.messages.view import ChoicePart, CountdownPart, PicturePart
from guitai.view import view

from .test_sessions import medium_transfer
from .world import World

NEEDS_A_TASK = {"receipt"}


def targets(state: Session) -> set[str]:
    parts = view(state, "").parts
    return {option.target for part in parts if isinstance(part, ChoicePart) for option in part.options}


@pytest.mark.parametrize("stage", sorted(set(get_args(Stage)) - NEEDS_A_TASK))
def test_two_taps_from_every_screen(stage: Stage) -> None:
    state = Session(stage=stage, timer_ends_ms=1000, timer_total_ms=1000)
    shown = view(state, "")
    assert "ease" in {item.target for item in shown.bar if item.enabled}
    assert {"large", "human"} <= {item.target for item in shown.bar}
    asked = state.but(easing=True)
    assert {"contrast", "low", "ease:done"} <= targets(asked)
    counting = [part for part in shown.parts if isinstance(part, CountdownPart)]
    assert counting == [part for part in view(asked, "").parts if isinstance(part, CountdownPart)]


def test_easing_changes_nothing_of_the_errand() -> None:
    world = World()
    medium_transfer(world)
    before = view(world.state, "")
    world.press("ease")
    assert world.state.easing
    world.press("contrast")
    world.press("low")
    assert (world.state.high_contrast, world.state.low, world.state.easing) == (True, True, True)
    world.press("ease:done")
    after = view(world.state, "")
    assert (after.screen, after.lead, after.parts) == (before.screen, before.lead, before.parts)
    world.press("ease")
    world.press("ease")
    assert not world.state.easing


def test_who_reads_large_print_is_given_twice_the_time() -> None:
    world = World()
    world.open()
    usual = world.state.timer_total_ms
    world.press("large")
    assert world.state.timer_total_ms == 2 * usual
    world.time_out()
    assert world.state.stage == "still_there"
    assert world.state.timer_total_ms == 2 * world.state.warning_ms
    world.press("stay")
    world.press("large")
    assert world.state.timer_total_ms == usual


def test_the_question_goes_with_the_screen_it_was_asked_on() -> None:
    world = World()
    medium_transfer(world)
    world.press("ease")
    world.press("met:yes")
    assert world.state.stage == "sms"
    assert not world.state.easing


def test_no_amount_is_spoken_while_somebody_stands_close() -> None:
    world = World()
    world.open()
    world.happen(face.SecondPerson(True))
    world.say("我想给张伟转五千块", "transfer", payee="张伟", amount="5000")
    world.insert_card()
    world.happen(Entered("account", "", "v1|6688|19"))
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.state.stage == "result"
    spoken = [words.text for words in world.all(voice.Speak)]
    assert not [text for text in spoken if "5,000" in text or "张伟" in text], spoken
    assert "数字和名字在屏幕上。" in spoken[-1]


def test_who_asks_to_see_them_hears_them() -> None:
    world = World()
    medium_transfer(world)
    world.happen(face.SecondPerson(True))
    world.press("uncover")
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert "5,000" in world.last(voice.Speak).text


def test_words_about_money_break_off_when_somebody_steps_up() -> None:
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.happen(Entered("sms", "", "v2"))
    world.press("confirm")
    assert world.state.speak_id
    effects = world.happen(face.SecondPerson(True))
    assert [effect for effect in effects if isinstance(effect, voice.Hush)]


def test_public_figures_and_numbers_to_call_are_still_spoken() -> None:
    world = World()
    world.open()
    world.happen(face.SecondPerson(True))
    world.say("营业时间", "branch_hours")
    assert "数字和名字" not in world.last(voice.Speak).text


def test_the_tray_is_shown_while_a_paper_is_laid_down_and_read() -> None:
    world = World(obeys=False)
    world.open()
    world.press("start:show_document")
    shown = view(world.state, "")
    assert shown.screen == "document"
    assert [part.name for part in shown.parts if isinstance(part, PicturePart)] == ["document"]
    assert "pick:laid" in targets(world.state)
    world.press("pick:laid")
    reading = view(world.state, "")
    assert (world.state.stage, reading.screen) == ("working", "document")
    assert [part.caption for part in reading.parts if isinstance(part, PicturePart)] == ["正在看，请别动"]
    request_id = world.last(document.ReadDocument).request_id
    clause = document.DocumentClause("fees", "第三条", ("1%",))
    world.happen(document.DocumentRead(request_id, "loan_contract", "0" * 64, 9, 0.99, (), (clause,)))
    assert view(world.state, "").screen != "document"
