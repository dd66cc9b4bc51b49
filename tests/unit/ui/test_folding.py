"""A keypad that finds no room beside the choices waits behind a button, and comes without losing anything."""

from __future__ import annotations

from dataclasses import replace

from guitai.messages.view import ChoicePart, EntryPart
from kiosk_ui.folding import CLOSE, OPEN, folded
from kiosk_ui.keypad import Keypad
from kiosk_ui.samples import samples

AMOUNT, SMS = samples()["amount"], samples()["sms_code"]


def targets(view):
    return [option.target for part in view.parts if isinstance(part, ChoicePart) for option in part.options]


def test_choices_come_first_and_the_keypad_on_wish():
    shut, wide = folded(AMOUNT, pad_open=False), folded(AMOUNT, pad_open=True)
    assert not any(isinstance(part, EntryPart) for part in shut.parts)
    assert set(targets(shut)) == {*targets(AMOUNT), OPEN}
    assert [type(part) for part in wide.parts] == [EntryPart, ChoicePart]
    assert targets(wide) == [CLOSE]


def test_a_keypad_that_has_room_stays():
    assert folded(SMS, pad_open=False) == SMS


def test_the_pad_stays_open_while_the_same_field_is_filled_and_shuts_for_the_next_customer():
    pad = Keypad().for_view(AMOUNT).unfold(True).press("5")[0]
    again = pad.for_view(replace(AMOUNT, lead="请说多少钱。"))
    assert (again.open, again.typed) == (True, "5")
    assert again.unfold(False).typed == ""
    assert not again.for_view(samples()["attract"]).for_view(AMOUNT).open
