"""Handset and headphones: what is said goes there alone, whole, and stops when they are taken away."""

from __future__ import annotations

from guitai.dialogue.cover import COVER
from guitai.dialogue.data import LABELS
from guitai.dialogue.state import Session
from guitai.messages.device import DeviceState, PrivateEar
from guitai.messages.face import SecondPerson
from guitai.messages.touch import Entered
from guitai.messages.voice import Hush, Speak, Spoken
from guitai.shell.private_ear import PrivateHearing, opens
from guitai.view import heard, view

from .test_sessions import medium_transfer
from .world import World

LIFTED, HUNG = PrivateEar(True), PrivateEar(False)
UNSAID = LABELS["unsaid"][0]


def confirming() -> World:
    """A transfer that waits for a finger, with somebody close by."""
    world = World()
    medium_transfer(world)
    world.press("met:yes")
    world.happen(SecondPerson(True))
    world.happen(Entered("sms", "", "v2"))
    assert world.state.stage == "confirm"
    return world


def spoken(effects: list[object]) -> list[Speak]:
    return [effect for effect in effects if isinstance(effect, Speak)]


def test_what_stands_there_is_said_once_more_to_who_lifts_the_handset() -> None:
    world = World()
    world.open()
    before = world.last(Speak)
    effects = world.happen(LIFTED)
    (again,) = spoken(effects)
    assert isinstance(effects[0], Hush)  # nothing of it goes on aloud
    assert (again.text, again.private) == (before.text, True)
    assert not before.private
    assert world.happen(LIFTED) == []


def test_amounts_and_names_are_said_there_although_somebody_stands_close() -> None:
    world = confirming()
    aloud = world.last(Speak)
    assert "5,000" not in aloud.text
    assert UNSAID in aloud.text
    (alone,) = spoken(world.happen(LIFTED))
    assert alone.private
    assert "5,000" in alone.text
    assert UNSAID not in alone.text
    assert world.happen(SecondPerson(False)) == []
    assert world.happen(SecondPerson(True)) == []  # it is not heard beside the customer: nothing breaks off


def test_the_screen_stays_covered_and_is_heard_whole() -> None:
    world = confirming()
    assert heard(world.state, "") is None
    world.happen(LIFTED)
    assert COVER in repr(view(world.state, ""))
    whole = heard(world.state, "")
    assert whole is not None
    assert COVER not in repr(whole)
    assert "5,000" in repr(whole)
    assert whole.captions == (world.last(Speak).text,)
    world.happen(Spoken(world.last(Speak).speak_id))
    assert heard(world.state, "").captions == ()


def test_hanging_up_stops_the_words_at_once_and_from_then_on_the_loudspeaker_says_no_figure() -> None:
    world = confirming()
    world.happen(LIFTED)
    assert Hush() in world.happen(HUNG)
    assert heard(world.state, "") is None
    (aloud,) = spoken(world.press("repeat"))
    assert not aloud.private
    assert "5,000" not in aloud.text


def test_everything_said_while_it_is_lifted_is_private() -> None:
    world = World()
    world.open()
    world.happen(LIFTED)
    count = len(world.all(Speak))
    world.say("我想给张伟转五千块", "transfer", payee="张伟", amount="5000")
    world.insert_card()
    world.press("repeat")
    assert all(one.private for one in world.all(Speak)[count:])
    assert len(world.all(Speak)) > count


def test_a_handset_that_breaks_leaves_the_customer_with_public_words() -> None:
    world = confirming()
    world.happen(LIFTED)
    effects = world.happen(DeviceState("handset", False, "sound.stalled"))
    assert isinstance(effects[0], Hush)
    (aloud,) = spoken(effects)
    assert not aloud.private
    assert "5,000" not in aloud.text
    assert world.happen(LIFTED) == []  # nothing would be heard there
    world.happen(DeviceState("handset", True))
    assert spoken(world.happen(LIFTED))[0].private


def test_who_goes_by_ear_is_given_twice_the_time_and_reading_counts_as_life() -> None:
    world = World()
    world.open()
    usual = world.state.timer_total_ms
    world.happen(LIFTED)
    world.happen(Spoken("reading", interrupted=True))
    assert world.state.timer_total_ms == 2 * usual
    ends = world.state.timer_ends_ms
    world.happen(Spoken("reading"))
    assert world.state.timer_ends_ms > ends


def test_who_lifts_it_or_walks_by_keys_is_still_there() -> None:
    world = World()
    world.open()
    serial = world.state.timer
    world.happen(LIFTED)
    assert world.state.timer > serial  # it is a sign of life by itself
    world.happen(HUNG)
    for deed in (LIFTED, Spoken("reading")):
        world.time_out()
        assert world.state.stage == "still_there"
        world.happen(Spoken("guide"))
        world.happen(Spoken("reading", interrupted=True))  # by the question itself
        assert world.state.stage == "still_there"
        world.happen(deed)
        assert world.state.stage == "open"
    assert spoken(world.effects)[-1].private


def test_hanging_up_ends_also_what_is_only_read_out() -> None:
    world = World()
    world.open()
    world.happen(LIFTED)
    world.happen(Spoken(world.last(Speak).speak_id))
    assert Hush() in world.happen(HUNG)


def test_the_next_customer_is_spoken_to_aloud_although_the_handset_hangs_loose() -> None:
    world = World()
    world.open()
    world.happen(LIFTED)
    world.press("end")
    world.time_out()
    assert heard(world.state, "") is None
    world.open()
    assert not world.state.ear
    assert world.happen(PrivateEar(True, moved=False)) == []  # its sensor was away for a moment
    assert not world.last(Speak).private


class Voice:
    def __init__(self) -> None:
        self.where: list[bool] = []
        self.read_out: list[str] = []
        self.volume_percent = 100

    def alone(self, at_ear: bool) -> None:
        self.where.append(at_ear)

    def leave(self) -> None:
        self.where.append(False)

    def read(self, text: str, language: str, *, private: bool = False) -> None:
        self.read_out.append(text)


def lifted(**state: object) -> tuple[PrivateHearing, Voice]:
    """A handset off its hook before the session began."""
    voice = Voice()
    ears = PrivateHearing(voice, fitted=True)
    assert ears.takes(PrivateEar(True, moved=False))
    ears.follow(Session(**{"stage": "open", "session_id": "S", **state}))
    return ears, voice


def test_keys_move_no_word_to_a_handset_that_may_hang_loose_and_say_once_how_to_hear_alone() -> None:
    ears, voice = lifted()
    ears.read("按钮", "zh")
    ears.read("按钮", "zh")
    assert voice.read_out == [LABELS["handset_loose"][0] + "按钮", "按钮"]
    assert voice.where == [False]
    ears.follow(Session(stage="open", session_id="T"))
    ears.read("Button", "en")
    assert voice.read_out[-1] == LABELS["handset_loose"][1] + " Button"


def test_a_handset_that_plays_nothing_takes_no_word_of_the_keypads_away() -> None:
    for state in ({"broken": ("handset",)}, {"stage": "closed"}, {"stage": "idle"}):
        ears, voice = lifted(**state)
        ears.read("按钮", "zh")
        assert voice.read_out == ["按钮"]


def test_the_last_words_are_heard_at_the_ear_and_hanging_up_ends_them() -> None:
    ears, voice = lifted(ear=True)
    ears.read("按钮", "zh")
    ears.follow(Session(stage="closed", session_id="S", ear=True))
    assert (voice.read_out, voice.where) == (["按钮"], [True])
    ears.leave()
    assert voice.where == [True, False]
    ears.takes(HUNG)
    assert voice.where == [True, False, False]


def test_the_voice_is_turned_up_in_steps_and_not_beyond_what_it_can() -> None:
    voice = Voice()
    ears = PrivateHearing(voice, fitted=False)
    ears.louder(1)
    assert voice.volume_percent == 125
    ears.louder(99)
    assert voice.volume_percent == 200
    ears.louder(-99)
    assert voice.volume_percent == 50


def test_a_handset_without_an_output_is_no_news_and_one_that_hung_loose_begins_nothing() -> None:
    voice = Voice()
    ears = PrivateHearing(voice, fitted=False)
    assert not ears.takes(LIFTED)
    ears.read("按钮", "zh")
    assert voice.read_out == ["按钮"]
    assert opens(LIFTED)
    assert not opens(HUNG)
    assert not opens(PrivateEar(True, moved=False))
