"""双录: nothing is recorded without consent, nothing is sold without a recording, and what comes of nothing is discarded."""

from __future__ import annotations

from typing import Any

import pytest

from guitai.dialogue.book import shipped_files
from guitai.dialogue.check_book import check_files
from guitai.dialogue.speak import say_beside
from guitai.messages import card, recording, voice
from guitai.messages.device import PrivateEar
from guitai.messages.session import CoreResumed
from guitai.messages.voice import Entity

from .counter import Desk
from .scripts import SCRIPTS

BUYING = next(script for script in SCRIPTS if script.kind == "wealth_products")


class Branch(Desk):
    """A desk whose recorder and loudspeaker may fail."""

    refuses: str = ""
    breaks: str = ""

    def answers(self, effect: Any) -> list[object]:
        match effect:
            case recording.BeginRecording(request_id) if self.refuses:
                return [recording.RecordingFailed(request_id, self.refuses)]
            case recording.EndRecording(request_id) if self.breaks:
                return [recording.RecordingFailed(request_id, self.breaks)]
        return super().answers(effect)


def buying(until: str, **how: Any) -> Branch:
    """A customer who has come so far: asked for consent, or before the confirmation."""
    desk = Branch(rows=BUYING.rows, fields=BUYING.fields)
    for name, value in how.items():
        setattr(desk, name, value)
    desk.open()
    desk.find("wealth_products")
    for _ in range(20):
        if until in (desk.state.stage, desk.state.asking):
            return desk
        desk.touch_on({})
    raise AssertionError(desk.state)


def kinds(desk: Desk) -> list[str]:
    return [type(effect).__name__ for effect in desk.effects if type(effect).__module__ == recording.__name__]


def test_it_begins_after_consent_and_ends_before_the_order() -> None:
    desk = buying("agree")
    assert kinds(desk) == []
    desk.tap("pick:yes")
    assert desk.state.stage == "confirm"
    assert kinds(desk) == ["BeginRecording"]
    desk.tap("confirm")
    assert kinds(desk) == ["BeginRecording", "EndRecording"]
    names = [type(told.event).__name__ for told, effects in desk.record]
    assert names.index("RecordingFinished") < names.index("OrderOutcome")
    assert dict(desk.orders[-1].params)["consent"] == desk.last(recording.EndRecording).recording_id


def test_without_consent_nothing_is_recorded_and_nothing_sold() -> None:
    desk = buying("agree")
    desk.tap("pick:no")
    assert desk.state.stage == "result"
    assert kinds(desk) == []
    assert not desk.orders


@pytest.mark.parametrize("how", [{"refuses": "recording.no_camera"}, {"breaks": "recording.disk_full"}])
def test_without_a_whole_recording_nothing_is_sold_and_a_teller_is_offered(how: dict[str, str]) -> None:
    desk = buying("agree", **how)
    desk.tap("pick:yes")
    if desk.state.stage == "confirm":
        desk.tap("confirm")
    assert (desk.state.stage, desk.state.saying.key) == ("result", "cannot_record")
    assert desk.state.outcome == "wealth_products.not_recorded"
    assert not desk.orders
    desk.press("human")
    assert desk.state.handover is not None


@pytest.mark.parametrize("how", ["cancel", "other", "leave"])
def test_what_comes_of_nothing_is_discarded(how: str) -> None:
    desk = buying("confirm")
    if how == "cancel":
        desk.press("cancel")
    elif how == "other":
        desk.hear("查余额", ("query_balance", 0.95))
    else:
        desk.time_out()
        desk.time_out()
    assert kinds(desk) == ["BeginRecording", "DiscardRecording"]
    assert not desk.orders


def test_another_amount_is_another_recording() -> None:
    desk = buying("confirm")
    desk.hear("不对，六万", ("deny", 0.6), correction=True, entities=(Entity("amount", "六万", "60000"),))
    assert kinds(desk) == ["BeginRecording", "DiscardRecording", "BeginRecording"]
    desk.tap("confirm")
    first, second = desk.all(recording.BeginRecording)
    assert desk.last(recording.EndRecording).recording_id == second.recording_id != first.recording_id
    assert dict(desk.orders[-1].params)["amount_fen"] == "6000000"


def test_a_finger_that_is_quicker_than_the_voice_waits_for_it() -> None:
    desk = buying("confirm", speaks=False)
    read = desk.state.speak_id
    desk.tap("confirm")
    assert kinds(desk) == ["BeginRecording"]
    desk.happen(voice.Spoken(read, False))
    assert kinds(desk) == ["BeginRecording", "EndRecording"]
    assert len(desk.orders) == 1


def test_the_offer_is_read_to_its_end_whoever_speaks() -> None:
    desk = buying("confirm", speaks=False)
    assert not [e for e in desk.happen(voice.SpeechStarted()) if isinstance(e, voice.Hush)]
    desk.happen(voice.Spoken(desk.state.speak_id, False))
    desk.press("repeat")
    assert [e for e in desk.happen(voice.SpeechStarted()) if isinstance(e, voice.Hush)]


def test_larger_letters_do_not_cut_an_offer_short_that_is_being_read() -> None:
    desk = buying("confirm", speaks=False)
    offer = desk.state.speak_id
    assert not [e for e in desk.hear("字太小了我看不清") if isinstance(e, voice.Hush | voice.Speak)]
    assert desk.state.large
    desk.tap("confirm")
    assert not desk.orders
    desk.happen(voice.Spoken(offer, False))
    assert len(desk.orders) == 1


@pytest.mark.parametrize("confirmed", [True, False])
def test_the_end_of_words_beside_the_offer_is_not_the_end_of_the_offer(confirmed: bool) -> None:
    """A teller who speaks while it is read stops it: it is read again before anything is sold."""
    desk = buying("confirm", speaks=False)
    offer = desk.state.speak_id
    if confirmed:
        desk.tap("confirm")
    desk.state, _ = say_beside(desk.state, "我来帮您看看。")
    desk.happen(voice.Spoken(offer, True))
    desk.happen(voice.Spoken(desk.state.speak_id, False))
    if not confirmed:
        desk.tap("confirm")
    assert not desk.orders
    assert desk.state.speak_id not in ("", offer)
    desk.happen(voice.Spoken(desk.state.speak_id, False))
    assert len(desk.orders) == 1


def test_what_nobody_heard_is_read_again_and_in_the_end_not_sold() -> None:
    desk = buying("confirm", speaks=False)
    desk.tap("confirm")
    readings = 0
    while desk.state.stage == "working":
        readings += 1
        desk.happen(voice.Spoken(desk.state.speak_id, True))
    assert readings == 3
    assert desk.state.saying.key == "cannot_record"
    assert not desk.orders
    assert kinds(desk) == ["BeginRecording", "DiscardRecording"]


@pytest.mark.parametrize("confirmed", [True, False])
def test_an_offer_cut_short_by_hanging_up_is_read_again_aloud(confirmed: bool) -> None:
    desk = buying("confirm", speaks=False)
    offer = desk.state.speak_id
    lifted = desk.happen(PrivateEar(True))  # it goes on in the handset: it has to be heard whole
    assert not [effect for effect in lifted if isinstance(effect, voice.Hush | voice.Speak)]
    if confirmed:
        desk.tap("confirm")
    hung_up = desk.happen(PrivateEar(False))
    assert [effect for effect in hung_up if isinstance(effect, voice.Hush | voice.Speak)] == [voice.Hush()]
    desk.happen(voice.Spoken(offer, True))
    if not confirmed:
        desk.tap("confirm")
    assert desk.state.speak_id not in ("", offer)
    assert not desk.orders
    desk.happen(voice.Spoken(desk.state.speak_id, False))
    assert len(desk.orders) == 1


@pytest.mark.parametrize("running", [True, False])
def test_after_a_break_of_core_it_is_begun_anew(running: bool) -> None:
    desk = buying("agree")
    desk.obeys = running
    desk.tap("pick:yes")
    desk.obeys = True
    desk.happen(CoreResumed(()))
    assert desk.state.stage == "confirm"
    assert kinds(desk) == ["BeginRecording", "BeginRecording"]
    desk.tap("confirm")
    assert desk.last(recording.EndRecording).recording_id == desk.all(recording.BeginRecording)[-1].recording_id
    desk.leave()
    desk.happen(card.CardTaken())
    assert len(desk.orders) == 1


@pytest.mark.parametrize(
    ("old", "said"),
    [
        ("  - record: begin\n", "record: begin and then confirm have to stand before it"),
        (
            "  - record: end\n",
            "buy_wealth is sold with a recording only: record: begin, confirm, record: end before it",
        ),
    ],
)
def test_a_flow_that_sells_without_a_recording_is_a_mistake(old: str, said: str) -> None:
    files, name = shipped_files(), "flows/wealth_products.yaml"
    assert old in files[name]
    told = [mistake.what for mistake in check_files({**files, name: files[name].replace(old, "", 1)})]
    assert any(said in words for words in told), told
