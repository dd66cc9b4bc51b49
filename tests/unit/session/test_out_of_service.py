"""Out of service says why, and where to go instead."""

from __future__ import annotations

import pytest

from guitai.clock import UnixMs
from guitai.config import Kiosk
from guitai.dialogue.out_of_service import Manner, aloud, out_of_service
from guitai.dialogue.technician import DEVICES, WANTS_TEST, Machine, Wrong, technician
from guitai.dialogue.technician import Test as TouchTest
from guitai.messages.branch import Unit
from guitai.messages.view import ChoicePart, ListPart, TextPart, View
from kiosk_ui import fonts
from kiosk_ui.layout import arrange
from kiosk_ui.layout.context import Moment
from kiosk_ui.scene import Text
from kiosk_ui.text import Measure

NEAREST = {"name": "中山路支行", "minutes": 6, "metres": 450, "open_until": "17:00", "note": "能取现金，有人工柜台"}


@pytest.fixture(scope="module")
def measure(tmp_path_factory: pytest.TempPathFactory) -> Measure:
    return fonts.Measure(fonts.find(tmp_path_factory.mktemp("state")))


def test_the_nearest_branch_stands_below_the_reason() -> None:
    kiosk = Kiosk.model_validate({"nearest": NEAREST})
    shown = out_of_service("card_reader", kiosk)
    heading, places, *_ = shown.parts
    assert isinstance(heading, TextPart)
    assert isinstance(places, ListPart)
    assert heading.text == "最近的网点　中山路支行"
    assert [(row.label, row.note) for row in places.rows] == [
        ("走路 6 分钟", "450 米"), ("今天开到 17:00", "能取现金，有人工柜台"),
    ]  # fmt: skip


def test_without_one_only_the_reason_is_said() -> None:
    hotline, seen = out_of_service("door", Kiosk()).parts
    assert isinstance(hotline, TextPart)
    assert "95500" in hotline.text
    assert isinstance(seen, ChoicePart)
    assert [option.target for option in seen.options] == ["contrast", "low"]


def test_a_teller_is_one_tap_away_where_one_can_be_called() -> None:
    shown = out_of_service("card_reader", Kiosk(), teller=True)
    human = next(item for item in shown.bar if item.target == "human")
    assert human.enabled
    assert "human" in {o.target for part in shown.parts if isinstance(part, ChoicePart) for o in part.options}
    without = out_of_service("card_reader", Kiosk())
    assert not next(item for item in without.bar if item.target == "human").enabled


def test_how_it_is_seen_is_changed_by_a_tap_each() -> None:
    manner = Manner()
    for target in ("large", "contrast", "low", "language"):
        manner = manner.pressed(target)
    shown = out_of_service("power", Kiosk(), manner)
    assert (shown.large, shown.high_contrast, shown.low, shown.language) == (True, True, True, "en")
    assert shown.lead == "This machine is *out of service*."
    assert manner.pressed("nothing") == manner


@pytest.mark.parametrize("tended", [False, True])
def test_the_bar_is_that_of_every_screen(tended: bool) -> None:
    def shown(manner: Manner) -> View:
        return technician(Machine(), Kiosk(), manner) if tended else out_of_service("door", Kiosk(), manner)

    assert [item.target for item in shown(Manner()).bar] == ["human", "back", "large", "ease", "repeat", "language"]
    easing = Manner().pressed("ease")
    choice = shown(easing).parts[-1]
    assert isinstance(choice, ChoicePart)
    assert [option.target for option in choice.options] == ["contrast", "low", "ease:done"]
    assert shown(easing.pressed("contrast")).high_contrast
    assert shown(easing.pressed("ease:done")) == shown(Manner())


@pytest.mark.parametrize("size", [(1080, 1920), (1280, 800)])
@pytest.mark.parametrize("english", [False, True])
@pytest.mark.parametrize("large", [False, True])
def test_every_way_out_of_service_has_room(large: bool, english: bool, size: tuple[int, int], measure: Measure) -> None:
    kiosk = Kiosk.model_validate({"nearest": NEAREST})
    for manner in (
        Manner(large, False, False, english),
        Manner(large, True, True, english),
        Manner(large, english=english, easing=True),
    ):
        for shown in (
            out_of_service("power", kiosk, manner, teller=True),
            out_of_service("door", Kiosk(), manner),
            technician(Machine(), kiosk, manner),
        ):
            scene = arrange(shown, size, measure, Moment(UnixMs(0), "10:24", ""))
            assert scene.left_out == 0, shown
            assert not [item.text for item in scene.items if isinstance(item, Text) and item.text.endswith("…")]


def test_what_is_said_again_is_the_words_not_the_buttons() -> None:
    said = aloud(out_of_service("door", Kiosk()))
    assert "*" not in said
    assert "95500" in said
    assert "黑底白字" not in said


def test_a_technician_sees_what_is_wrong_and_nobody_s_data(measure: Measure) -> None:
    wrong = [Wrong(f"出口传感器 S{n} 一直被挡", "擦一擦，再看一遍。") for n in range(4)]
    devices = [(name, n % 3 > 0, "" if n % 3 else "device.paper_out") for n, name in enumerate(DEVICES)]
    units = [Unit(f"unit{n}", "cassette", 10_000, 500 * n) for n in range(6)]
    machine = Machine("switch", wrong, devices, units, 12, True, True, "1.4.2")
    for english in (False, True):
        for large in (False, True):
            shown = technician(machine, Kiosk(), Manner(large=large, english=english))
            assert shown.screen == "technician"
            for size in ((1080, 1920), (1280, 800)):
                assert arrange(shown, size, measure, Moment(UnixMs(0), "10:24", "")).left_out == 0, (
                    english,
                    large,
                    size,
                )


def test_the_touch_screen_is_tested_spot_by_spot() -> None:
    test = TouchTest().pressed(WANTS_TEST)
    assert test.running
    shown = technician(Machine(), Kiosk(), test=test)
    spots = [o.target for part in shown.parts if isinstance(part, ChoicePart) for o in part.options]
    assert spots == [*(f"tech:spot:{n}" for n in "123456"), "tech:leave"]
    for target in spots[:-1]:
        test = test.pressed(target).pressed(target)
    assert (test.running, test.passed) == (False, True)
    assert TouchTest(running=True).pressed("tech:leave") == TouchTest()
