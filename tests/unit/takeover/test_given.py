"""What the customer gives by touch: consent to video and recording, a form, a signature; and what the teller sees of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from guitai.dialogue import seen
from guitai.dialogue.beside import Recording
from guitai.dialogue.seen import added
from guitai.journal.mask import mask
from guitai.messages import card, recording, touch
from guitai.messages.classes import classes_of
from guitai.messages.codec import to_data
from guitai.messages.handover import Line
from guitai.messages.takeover import (
    ConsentGiven,
    DocumentSigned,
    FormFilled,
    VideoBlank,
    VideoGrant,
    VideoRevoke,
    VideoState,
    Viewer,
)
from guitai.messages.view import EntryPart, SignaturePart, TextPart, VideoPart
from guitai.money import yuan
from guitai.view import view

from .desk import OTHER, TELLER, Desk, served

STROKES = ((100, 100, 120, 140, 150, 180, 200, 220), (300, 100, 310, 150, 320, 200, 330, 260, 340, 300))
FORM: dict[str, Any] = {
    "title": "来访登记",
    "body": "",
    "kind": "form",
    "fields": [
        {"name": "why", "label": "用途", "kind": "choice", "options": ["装修", "看病"]},
        {"name": "sum", "label": "金额", "kind": "amount"},
        {"name": "phone", "label": "手机号", "kind": "digits", "length": 11},
    ],
}


def parts(desk: Desk, kind: type) -> list[Any]:
    return [part for part in view(desk.state, "").parts if isinstance(part, kind)]


def test_video_waits_for_a_finger_and_words_do_not_count() -> None:
    desk = served()
    assert view(desk.state, "").screen == "video_consent"
    assert desk.last(VideoGrant) == VideoGrant(desk.escalation, (Viewer(TELLER, "operator"),), consent=False)
    desk.say("好的同意", "affirm")
    assert not desk.all(ConsentGiven)
    desk.press("video:yes")
    assert desk.last(ConsentGiven) == ConsentGiven(desk.escalation, "video", agreed=True)
    assert desk.last(VideoGrant).consent
    assert view(desk.state, "").screen == "teller"


def test_without_video_the_same_is_done_and_it_may_be_changed_at_any_time() -> None:
    desk = served()
    desk.press("video:no")
    assert not desk.last(VideoGrant).consent
    assert desk.send("teller.said", text="我打字您看") == ""
    desk.press("video:yes")
    assert desk.last(VideoGrant).consent
    desk.press("video:no")
    assert [one.agreed for one in desk.all(ConsentGiven)] == [False, True, False]
    assert not desk.last(VideoGrant).consent


def test_the_teller_s_picture_stands_while_it_arrives() -> None:
    desk = served()
    desk.press("video:yes")
    desk.happen(VideoState(desk.escalation, TELLER, "connected", picture=True))
    assert parts(desk, VideoPart)
    desk.happen(VideoState(desk.escalation, OTHER, "failed"))
    assert parts(desk, VideoPart)
    desk.happen(VideoState(desk.escalation, TELLER, "failed"))
    assert not parts(desk, VideoPart)


def test_at_the_pin_pad_everything_is_dark_first_and_light_again_after() -> None:
    desk = Desk()
    desk.open()
    desk.press("human")
    desk.join()
    desk.press("video:yes")
    desk.send("teller.operated", operation="dispense", reason="", amount_fen=yuan(1_000))
    assert desk.state.stage == "card"
    before = len(desk.effects)
    desk.insert_card()
    new = desk.effects[before:]
    pin = next(n for n, effect in enumerate(new) if isinstance(effect, card.CheckPin))
    dark = new.index(VideoBlank(True, sound=True))
    assert dark < pin < new.index(VideoBlank(False, sound=False))


def test_a_teller_who_joins_while_a_pin_is_entered_begins_in_the_dark() -> None:
    desk = Desk()
    desk.open()
    desk.press("human")
    desk.state = desk.state.but(stage="pin")
    before = len(desk.effects)
    assert desk.state.handover is not None
    desk.state = desk.state.but(handover=replace(desk.state.handover, silent=True))
    desk.join()
    new = desk.effects[before:]
    assert new[0] == VideoBlank(True, sound=True)
    assert isinstance(new[1], VideoGrant)


def test_who_may_look_follows_the_lease_and_ends_with_it() -> None:
    desk = served()
    assert desk.send("listener.joined", listener_id=OTHER, name="王主管") == ""
    assert desk.last(VideoGrant).viewers == (Viewer(TELLER, "operator"), Viewer(OTHER, "listener"))
    assert view(desk.state, "").listener_name == "王主管"
    desk.send("listener.left", listener_id=OTHER)
    assert view(desk.state, "").listener_name == ""
    desk.send("teller.left")
    assert desk.last(VideoRevoke).escalation_id == desk.escalation
    assert not view(desk.state, "").teller_name


@pytest.mark.parametrize("end", ["lapse", "customer", "colleague"])
def test_every_end_of_a_lease_takes_the_grant_back(end: str) -> None:
    desk = served()
    desk.press("video:yes")
    first = desk.escalation
    match end:
        case "lapse":
            desk.lapse()
        case "customer":
            desk.state = desk.state.but(stage="waiting")
            desk.press("end")
        case "colleague":
            desk.send("teller.left", transferred=True)
    assert desk.last(VideoRevoke).escalation_id == first


def test_a_form_is_filled_by_touch_and_comes_back_masked() -> None:
    desk = served()
    desk.press("video:no")
    assert desk.send("teller.pushed", page=FORM) == ""
    assert [part.text for part in parts(desk, TextPart)][-2:] == ["第 1 项，共 3 项", "用途"]
    desk.press("form:9")
    desk.press("form:1")
    assert parts(desk, EntryPart)[0].field == "amount"
    desk.happen(touch.Entered("form", "", "v9|0000|11"))  # not the field that is asked for
    desk.happen(touch.Entered("amount", "1200"))
    desk.happen(touch.Entered("form", "", "v9|5678|11"))
    filled = desk.last(FormFilled)
    assert dict(filled.values) == {"why": "看病", "sum": "120000", "phone": "v9|5678|11"}
    assert filled.title == FORM["title"]
    assert classes_of("handover.form") == {"title": "C2", "values": "C2"}
    assert dict(mask(to_data(filled))["values"])["phone"] == "v9|5678|11"
    assert desk.state.saying.key == "form_sent"


def test_a_form_may_be_left() -> None:
    desk = served()
    desk.press("video:no")
    desk.send("teller.pushed", page=FORM)
    desk.press("form:0")
    desk.press("back")
    assert desk.last(FormFilled).values == ()
    assert desk.state.saying.key == "form_left"


def test_a_page_is_plain_text_whatever_is_in_it() -> None:
    desk = served()
    desk.press("video:no")
    body = "**粗**<script>alert(1)</script>\n\n第二段"
    desk.send("teller.pushed", page={"title": "须知", "body": body, "kind": "page", "fields": []})
    texts = [part.text for part in parts(desk, TextPart)]
    assert "第二段" in texts
    assert not any("**" in text for text in texts)
    desk.send("teller.pushed", page={"title": "", "body": "", "kind": "page", "fields": []})
    assert "第二段" not in desk.shown


@pytest.mark.parametrize("large", [False, True])
def test_a_long_page_is_turned_and_nothing_of_it_is_lost(large: bool) -> None:
    desk = served()
    desk.press("video:no")
    desk.state = desk.state.but(large=large)
    body = "\n\n".join(["跨行转账不收费，" * 12 + "到账前可以撤回。" * 30, "短的一段。", "x" * 900])
    assert desk.send("teller.pushed", page={"title": "须知", "body": body, "kind": "document", "fields": []}) == ""
    seen, turns = "", 0
    while True:
        shown = [part.text for part in parts(desk, TextPart) if part.style != "question"]
        assert sum(map(len, shown)) <= 2 * 130
        seen += "".join(shown)
        options = [option.target for part in view(desk.state, "").parts for option in getattr(part, "options", ())]
        following = [target for target in options if target == f"sheet:{turns + 1}"]
        if not following:
            break
        turns += 1
        desk.press(following[0])
    assert seen == body.replace("\n\n", "")
    desk.press("sheet:999")
    desk.press("sheet:0")
    assert desk.state.handover is not None
    assert desk.state.handover.sheet == 0


def test_a_signature_is_taken_when_asked_for_and_only_its_hash_leaves() -> None:
    desk = served()
    desk.press("video:no")
    desk.happen(touch.Signed(STROKES))
    assert not desk.all(DocumentSigned)
    desk.send("teller.asked", what="signature")
    assert parts(desk, SignaturePart)
    desk.happen(touch.Signed(((1, 1),)))  # a touch by mistake
    desk.happen(touch.Signed(((1, 1) * 10, (1001, 0))))
    assert not desk.all(DocumentSigned)
    desk.happen(touch.Signed(STROKES))
    signed = desk.last(DocumentSigned)
    assert len(signed.sha256) == 64
    assert classes_of("touch.signed") == {"strokes": "C3"}
    assert not parts(desk, SignaturePart)


def test_nobody_has_to_sign() -> None:
    desk = served()
    desk.send("teller.asked", what="signature")
    desk.press("sign:no")
    assert desk.state.saying.key == "not_signed"


def test_a_recording_begins_with_consent_and_never_holds_a_pin() -> None:
    desk = served()
    desk.send("teller.asked", what="consent_recording")
    desk.press("record:yes")
    first = desk.last(recording.BeginRecording).recording_id
    assert view(desk.state, "").recorded
    desk.state = desk.state.but(stage="pin")
    desk.happen(card.PinKeyed(1))
    assert desk.last(recording.EndRecording).recording_id == first
    assert not view(desk.state, "").recorded
    desk.state = desk.state.but(stage="teller")
    desk.happen(card.PinKeyed(0))
    second = desk.last(recording.BeginRecording).recording_id
    assert second != first
    desk.send("teller.left")
    assert desk.last(recording.EndRecording).recording_id == second


def test_the_talk_s_recording_ends_before_that_of_a_sale_begins() -> None:
    desk = served()
    desk.send("teller.asked", what="consent_recording")
    desk.press("record:yes")
    selling = desk.state.but(recording=Recording("R9", "wealth_products"))
    state, first, after = seen.follow(desk.state, selling, touch.Pressed("confirm"))
    assert [type(effect) for effect in first] == [recording.EndRecording]
    assert after == ()
    _, _, after = seen.follow(state, state.but(recording=None), touch.Pressed("confirm"))
    assert [type(effect) for effect in after] == [recording.BeginRecording]


def test_without_consent_or_a_recorder_nothing_is_recorded() -> None:
    desk = served()
    desk.send("teller.asked", what="consent_recording")
    desk.press("record:no")
    assert not desk.all(recording.BeginRecording)
    desk.obeys = False
    desk.send("teller.asked", what="consent_recording")
    desk.press("record:yes")
    begun = desk.last(recording.BeginRecording).request_id
    desk.happen(recording.RecordingFailed(begun, "recording.gone"))
    assert not view(desk.state, "").recorded
    assert len(desk.all(recording.BeginRecording)) == 1


def test_captions_are_the_lines_that_came() -> None:
    a, b, c = Line("customer", "一"), Line("kiosk", "二"), Line("teller", "三")
    assert added((), (a,)) == (a,)
    assert added((a, b), (a, b, c)) == (c,)
    assert added((a, b), (b, c)) == (c,)
    assert added((a,), (a,)) == ()
    assert added((a, b), (c,)) == (c,)
