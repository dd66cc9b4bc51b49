"""The keypad sends a field once, keeps digits while the same field is shown, and forgets them afterwards."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from guitai.messages.view import EntryPart, View
from kiosk_ui.keypad import Keypad
from kiosk_ui.samples import samples

SMS = View("sms_code", "", parts=(EntryPart("sms_code", "验证码", 6, secret=True),))
ACCOUNT = View("form", "", parts=(EntryPart("account", "账号", 0),))
PIN = View("pin", "", parts=(EntryPart("pin", "密码", 6, typed=2, source="pin_pad"),))


def typed(pad, keys):
    sent = []
    for key in keys:
        pad, text = pad.press(key)
        if text is not None:
            sent.append(text)
    return pad, sent


def test_the_last_digit_sends_the_field_once():
    pad, sent = typed(Keypad().for_view(SMS), "4096137777")
    assert sent == ["409613"]
    assert pad.typed == "409613"


def test_clear_and_back():
    pad, sent = typed(Keypad().for_view(SMS), ["1", "2", "back", "3", "clear", "9"])
    assert (pad.typed, sent) == ("9", [])


def test_a_free_field_needs_done_and_something_to_send():
    pad, sent = typed(Keypad().for_view(ACCOUNT), ["done", "8", "8", "0", "done", "done"])
    assert sent == ["880"]
    assert pad.sent


def test_digits_stay_while_the_same_field_is_shown_again():
    pad, _ = typed(Keypad().for_view(SMS), "409")
    assert pad.for_view(replace(SMS, more="别念出声")).typed == "409"
    assert pad.for_view(ACCOUNT).typed == ""


def test_a_sent_field_shown_again_starts_empty():
    pad, _ = typed(Keypad().for_view(SMS), "409613")
    assert pad.for_view(SMS) == Keypad(SMS.parts[0])


def test_a_pin_pad_has_no_keys():
    pad, sent = typed(Keypad().for_view(PIN), "123456")
    assert (pad, sent) == (Keypad(), [])


@given(st.lists(st.sampled_from([*"0123456789", "clear", "back", "done", "x", "12", ""])))
def test_never_more_than_one_message_and_never_too_long(keys):
    pad, sent = typed(Keypad().for_view(SMS), keys)
    assert len(sent) <= 1
    assert len(pad.typed) <= 6
    assert all(len(text) == 6 and text.isdecimal() for text in sent)


def test_a_new_window_takes_up_digits_that_are_no_secret():
    form, sms = samples()["form_keypad"], samples()["sms_code"]
    assert Keypad().for_view(form).resumed("account", "8801").typed == "8801"
    assert Keypad().for_view(form).resumed("amount", "8801").typed == ""
    assert Keypad().for_view(form).resumed("account", "88o1").typed == ""
    assert Keypad().for_view(sms).resumed("sms_code", "409").typed == ""
    assert Keypad().for_view(form).press("5")[0].resumed("account", "8801").typed == "5"
