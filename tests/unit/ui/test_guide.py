"""A screen is read out once, in order, to who hears it alone; the keypad's digits are told, secrets only counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from guitai.dialogue.out_of_service import Manner, bar
from guitai.messages.view import CountdownPart, EntryPart, TextPart, View
from kiosk_ui.by_ear import ByEar
from kiosk_ui.ear import DIGITS, KEYS
from kiosk_ui.guide import Guide
from kiosk_ui.keypad import Keypad
from kiosk_ui.reader import nodes, plain, sentence
from kiosk_ui.samples import LANGUAGES, NOW_MS, fixtures
from kiosk_ui.theme import words

DOWN, ENTER, HELP = (next(code for code, key in KEYS.items() if key == name) for name in ("next", "press", "human"))
BACKSPACE = next(code for code, key in DIGITS.items() if key == "back")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", fixtures())
def test_every_part_of_every_screen_is_read_out_in_order(name, language):
    view = replace(fixtures(language)[name], hearing=None, captions=())
    _, read = Guide().follow(view, NOW_MS)
    if view.screen == "teller":
        assert read == ()
        return
    assert read[0] == words(language)["by_ear"]
    found = nodes(view, now_ms=NOW_MS)
    parts = [node for node in found[: len(found) - len(view.bar)] if node.role != "key"]
    assert list(read[1:]) == [sentence(node, language) for node in parts]


def test_what_core_says_itself_is_not_read_out_beside_it():
    view = replace(fixtures()["confirm"], hearing=None, captions=("请看一眼，转给刘芳，5,000 元。",))
    _, read = Guide().follow(view, NOW_MS)
    assert plain(view.lead) not in read
    assert any("5,000" in piece for piece in read)


def test_a_screen_is_read_out_once_however_often_it_comes():
    view = View("take_cash", "请取钱", parts=(CountdownPart(NOW_MS + 30_000, 30_000, "还剩"), TextPart("钞票在下面")))
    guide, read = Guide().follow(view, NOW_MS)
    assert len(read) > 1
    later = replace(view, parts=(CountdownPart(NOW_MS + 60_000, 30_000, "还剩"), view.parts[1]), captions=("请取钱",))
    assert guide.follow(later, NOW_MS + 9_000)[1] == ()
    guide, read = guide.follow(replace(view, parts=(TextPart("钞票收回了"),)), NOW_MS)
    assert read == ("钞票收回了",)  # the words above stand as they stood
    guide, _ = guide.follow(None, NOW_MS)
    assert guide == Guide()  # lifted again, it begins anew


def test_nothing_is_read_into_a_tellers_words_and_what_comes_after_is():
    before, talk = View("confirm", "请看一眼", parts=(TextPart("转给刘芳"),)), View("teller", "我是王芳")
    guide, read = Guide().follow(talk, NOW_MS)
    assert read == ()
    guide, read = guide.follow(before, NOW_MS)
    assert read[0] == words("zh")["by_ear"]
    guide, read = guide.follow(talk, NOW_MS)
    assert read == ()
    assert guide.follow(before, NOW_MS)[1] == ()  # it was read out
    assert guide.follow(replace(before, parts=(TextPart("办好了"),)), NOW_MS)[1] == ("请看一眼", "办好了")


def test_of_a_pin_only_the_count_is_said():
    view = View("pin", "请输密码", parts=(EntryPart("pin", "密码", 6, 0, True, "pin_pad"),))
    guide, _ = Guide().follow(view, NOW_MS)
    guide, read = guide.follow(replace(view, parts=(replace(view.parts[0], typed=3),)), NOW_MS)
    assert read == (words("zh")["typed"].format(typed=3, length=6),)


class Window:
    """What a customer by ear makes a window do."""

    def __init__(self) -> None:
        self.read: list[str] = []
        self.alone: list[bool] = []
        self.guided: list[tuple[str, ...]] = []
        self.pressed: list[str] = []
        self.louder: list[int] = []
        self.ear = ByEar(self._reads, self._guide, self.pressed.append, self.louder.append)

    def _reads(self, text: str, alone: bool) -> None:
        self.read.append(text)
        self.alone.append(alone)

    def _guide(self, texts: Sequence[str]) -> None:
        self.guided.append(tuple(texts))

    def key(self, code: int, pad: Keypad | None = None) -> None:
        self.ear.key(code, pad or Keypad(), NOW_MS)
        self.ear.release(code)


def test_the_keypad_walks_chooses_and_calls_a_human():
    window, view = Window(), fixtures()["confirm"]
    window.key(DOWN)  # nothing is shown yet
    window.ear.show(view, None, NOW_MS)
    assert window.guided == []  # the loudspeaker reads out only what is asked for
    while window.ear.target(Keypad(), NOW_MS) != "confirm":
        window.key(DOWN)
    window.key(ENTER)
    window.key(HELP)
    assert window.pressed == ["confirm", "human"]


def test_it_is_said_that_a_human_was_called_only_where_one_was():
    out_of_use = View("out_of_service", "暂停服务", bar=bar(Manner(), human=False))
    window = Window()
    for view in (out_of_use, replace(out_of_use, screen="waiting"), replace(out_of_use, screen="message")):
        window.ear.show(view, None, NOW_MS)
        window.key(HELP)
    assert window.read == [words("zh")[said] for said in ("human_away", "human_called", "human_called")]
    assert window.pressed == []


def test_a_key_that_is_held_down_counts_once():
    window = Window()
    window.ear.show(fixtures()["confirm"], None, NOW_MS)
    for later_ms in (0, 500, 533, 566):
        window.ear.key(DOWN, Keypad(), NOW_MS + later_ms)
    assert len(window.read) == 1
    window.ear.release(DOWN)
    window.ear.key(DOWN, Keypad(), NOW_MS + 600)
    window.ear.key(DOWN, Keypad(), NOW_MS + 600_000)  # that it came up was not told
    assert len(window.read) == 3


def test_plus_and_minus_turn_the_voice_up_and_down() -> None:
    window = Window()
    window.ear.show(fixtures()["confirm"], None, NOW_MS)
    for code in (43, 269):
        window.key(code)
    assert window.louder == [1, -1]
    assert window.read == [words("zh")["louder"], words("zh")["softer"]]


def test_the_place_is_kept_while_the_screen_stays_the_same():
    window, view = Window(), fixtures()["confirm"]
    window.ear.show(view, view, NOW_MS)
    window.key(DOWN)
    window.key(DOWN)
    window.ear.show(replace(view, captions=()), replace(view, captions=()), NOW_MS)
    window.key(DOWN)
    found = nodes(view, now_ms=NOW_MS)
    assert window.read == [sentence(node, "zh") for node in found[:3]]
    assert len(window.guided) == 1


def test_what_is_covered_on_the_screen_is_heard_alone():
    window, whole = Window(), fixtures()["confirm"]
    covered = replace(whole, parts=())
    window.ear.show(covered, whole, NOW_MS)
    assert any("5,000" in piece for piece in window.guided[0])


@pytest.mark.parametrize(("alone", "secret", "said"), [
    (True, False, "8，已输入 1 位"), (False, False, "已输入 1 位"), (True, True, "已输入 1 位，一共 6 位"),
])  # fmt: skip
def test_digits_are_typed_and_told(alone, secret, said):
    window, entry = Window(), EntryPart("sms" if secret else "account", "号码", 6 if secret else 0, 0, secret)
    view = View("form", "请输", parts=(entry,))
    window.ear.show(view, view if alone else None, NOW_MS)
    window.key(next(code for code, key in DIGITS.items() if key == "8"), Keypad(entry))
    assert (window.pressed, window.read, window.alone) == (["key:8"], [said], [alone])
    window.key(BACKSPACE, Keypad(entry, "8"))
    assert window.pressed[-1] == "key:back"
    assert window.read[-1].startswith("已输入 0 位")


def test_the_last_digit_says_nothing_more():
    window, entry = Window(), EntryPart("sms", "号码", 2, 0, True)
    view = View("sms_code", "请输", parts=(entry,))
    window.ear.show(view, view, NOW_MS)
    window.key(next(iter(DIGITS)), Keypad(entry, "1"))
    assert (window.pressed, window.read) == (["key:0"], [])
