"""The counter slides from where it stood to where it goes, and nothing is lost on the way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from guitai.clock import UnixMs
from guitai.messages.view import View
from kiosk_ui.gallery import SIZES
from kiosk_ui.layout import arrange
from kiosk_ui.layout.context import Moment
from kiosk_ui.samples import NOW_MS, fixtures
from kiosk_ui.scene import Box, Fill, Icon, Scene, Stroke, Text
from kiosk_ui.slide import DURATION_S, Slide, between

NOW = Moment(UnixMs(NOW_MS), "10:24", "")


def scene(y: float, *more: Text) -> Scene:
    items = (Fill(Box(0, y, 1080, 1920 - y), "#FFFFFF"), Text(Box(60, y + 10, 200, 60), "转账", 48, True, "#000000"))
    lines = (Stroke((0, y, 1080, y), 4, "#000000"), Icon(Box(900, y + 10, 60, 60), "hand", "#000000"))
    return Scene("home", (1080, 1920), 1.0, "#FFFFFF", (*items, *lines, *more), ())


def test_it_begins_where_it_stood_and_ends_where_it_goes() -> None:
    old, new = scene(600), scene(1000)
    slide = Slide(old, 10.0)
    assert slide.at(new, 10.0) == replace(new, items=old.items)
    halfway = slide.at(new, 10.0 + DURATION_S / 2)
    assert [item.box.y for item in halfway.items[:2]] == pytest.approx(
        [950, 960]
    )  # most of the way at first, then slowly
    assert halfway.items[2].points == pytest.approx((0, 950, 1080, 950))
    assert not slide.over(10.0 + DURATION_S / 2)
    assert slide.over(10.0 + DURATION_S)
    assert slide.at(new, 10.0 + DURATION_S) is new
    assert Slide().at(new, 0.0) is new


@pytest.mark.parametrize("paint_s", [0.016, 0.12, 1.0])
def test_however_long_a_frame_takes_the_last_one_is_of_the_end(paint_s: float) -> None:
    slide, now, new, painted = Slide(scene(600), 10.0), [10.0], scene(1000), []

    def paint() -> None:
        painted.append(slide.at(new, now[0]))
        now[0] += paint_s

    while slide.frame(lambda: now[0], paint):
        pass
    assert painted[-1] is new


def test_only_the_same_screen_with_its_buttons_lower_slides() -> None:
    home, low = View("conversation", "您好"), View("conversation", "您好", low=True)
    slide = Slide().towards(home, low, scene(600), 3.0)
    assert slide == Slide(scene(600), 3.0)
    assert slide.towards(low, replace(low, lead="请说"), scene(1000), 3.1) is slide  # new words do not break it off
    assert slide.towards(low, View("pin", "请输密码", low=True), scene(1000), 3.1) == Slide()
    assert Slide().towards(None, low, None, 0.0) == Slide()


def test_words_broken_elsewhere_do_not_cross_each_other() -> None:
    old, new = (Text(Box(x, y, 100, 60), "亲手点", 48, True, "#000000") for x, y in ((60, 200), (300, 140)))
    assert between(scene(600, old), scene(1000, new), 0.5).items[-1] == new


def test_what_is_new_is_there_at_once_and_another_size_of_the_screen_slides_nothing() -> None:
    added = Text(Box(0, 0, 10, 10), "新", 48, False, "#000000")
    assert between(scene(600), scene(1000, added), 0.5).items[-1] == added
    turned = replace(scene(600), size=(1280, 800))
    assert Slide(turned, 0.0).at(scene(1000), 0.1) == scene(1000)


@pytest.mark.parametrize("name", fixtures())
def test_every_screen_goes_down_with_all_it_holds(name, measure) -> None:
    view = fixtures()[name]
    usual, low = (arrange(replace(view, low=low), SIZES["portrait"], measure, NOW) for low in (False, True))
    halfway = between(usual, low, 0.5)
    assert [type(item) for item in halfway.items] == [type(item) for item in low.items]
    assert halfway.targets == low.targets
    assert between(usual, low, 1.0) == low
