"""Over the whole gallery, both languages, both prints, both orientations: nothing cut, small, faint, mute or far away."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import combinations

import pytest

from guitai.clock import UnixMs
from kiosk_ui.gallery import SIZES
from kiosk_ui.layout import arrange
from kiosk_ui.layout.context import Moment
from kiosk_ui.look import HIGH_CONTRAST, Look, recoloured
from kiosk_ui.reader import nodes, sentence
from kiosk_ui.samples import LANGUAGES, NOW_MS, fixtures
from kiosk_ui.samples.english import CHINESE
from kiosk_ui.scene import Box, Face, Fill, Icon, Text
from kiosk_ui.theme import colour, contrast, tokens, words
from tests.unit.ui.test_layout import check

MOMENTS = {
    "zh": Moment(UnixMs(NOW_MS), "10:24", "11月22日　星期日"),
    "en": Moment(UnixMs(NOW_MS), "10:24", "11/22　Sun"),
}
MODES = [(language, large, where) for language in LANGUAGES for large in (False, True) for where in SIZES]
FLOOR = {"portrait": 96, "landscape": 77}
PX_PER_MM = {"portrait": 1920 / 301, "landscape": 1280 / 250}
"""Screens of 13.6 inches (upright) and 11.6 inches, the smallest that docs/window.md allows."""

TEXT_CONTRAST, GRAPHIC_CONTRAST, HIGH_TEXT = 4.5, 3.0, 7.0
"""WCAG 2.2, 1.4.3 and 1.4.11, level AA."""

STAFF = "technician"


@pytest.fixture(scope="module")
def scenes(measure):
    """Every screen laid out, by mode and name."""
    return {
        (language, large, where, name): arrange(view, SIZES[where], measure, MOMENTS[language])
        for language, large, where in MODES
        for name, view in fixtures(language, large=large).items()
    }


def each(scenes, language, large, where):
    return [(name, scene) for (a, b, c, name), scene in scenes.items() if (a, b, c) == (language, large, where)]


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_no_word_is_cut_and_nothing_left_out_overlaps_or_leaves_the_screen(scenes, language, large, where):
    for name, scene in each(scenes, language, large, where):
        assert scene.left_out == 0, name
        cut = [i.text for i in scene.items if isinstance(i, Text) and re.search("[^….]…$", i.text)]
        assert [text for text in cut if text != "Listening…"] == [], name
        check(scene, FLOOR[where])


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_targets_are_large_enough_for_a_finger(scenes, language, large, where):
    for name, scene in each(scenes, language, large, where):
        for target in scene.targets:
            assert min(target.box.w, target.box.h) >= FLOOR[where], (name, target)
            assert min(target.box.w, target.box.h) / PX_PER_MM[where] >= 15, (name, target)


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_words_and_signs_stand_out_from_their_ground(scenes, language, large, where):
    for name, scene in each(scenes, language, large, where):
        for n, item in enumerate(scene.items):
            if not isinstance(item, Text | Icon) or item.colour == colour("disabled"):  # exempt: WCAG 1.4.3
                continue
            if isinstance(item, Icon) and item.colour == colour("celadon_deep"):  # others in the queue: said in words
                continue
            least = TEXT_CONTRAST if isinstance(item, Text) else GRAPHIC_CONTRAST
            for under in grounds(scene, n, item.box):
                assert contrast(item.colour, under) >= least, (name, item, under)


def grounds(scene, n, box):
    """The colour below the middle of an item, as far as fills tell it."""
    below = scene.ground
    for item in scene.items[:n]:
        if isinstance(item, Fill) and item.alpha > 0.9 and item.box.contains(box.mid_x, box.mid_y):
            below = item.colour
    return [below]


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_high_contrast_reaches_seven_to_one(scenes, language, large, where):
    palette = Look().palette(high_contrast=True)
    for name, plain in each(scenes, language, large, where):
        if name == STAFF:  # staff have no use for it
            continue
        scene = recoloured(plain, palette)
        for n, item in enumerate(scene.items):
            if isinstance(item, Text) and item.colour != HIGH_CONTRAST["disabled"]:
                for under in grounds(scene, n, item.box):
                    assert contrast(item.colour, under) >= HIGH_TEXT, (name, item, under)
            if isinstance(item, Icon):
                for under in grounds(scene, n, item.box):
                    assert contrast(item.colour, under) >= GRAPHIC_CONTRAST, (name, item, under)


@pytest.mark.parametrize("name", fixtures())
@pytest.mark.parametrize("language", LANGUAGES)
def test_who_sits_reaches_everything_and_loses_nothing(name, language, measure):
    view = replace(fixtures(language)[name], low=True)
    scene = arrange(view, SIZES["portrait"], measure, MOMENTS[language])
    usual = arrange(fixtures(language)[name], SIZES["portrait"], measure, MOMENTS[language])
    assert scene.left_out == 0
    check(scene, FLOOR["portrait"])
    assert {t.name for t in scene.targets} == {t.name for t in usual.targets}
    if name != STAFF and scene.targets:
        # A tight layout may give a row or two of pixels away, no more.
        assert min(t.box.y for t in scene.targets) >= min(t.box.y for t in usual.targets) - 20


@pytest.mark.parametrize("language", LANGUAGES)
def test_lying_too_buttons_go_down_to_who_sits(language, measure):
    lower = 0
    for name, view in fixtures(language).items():
        usual, low = (
            {
                t.name: t.box.y
                for t in arrange(replace(view, low=sits), SIZES["landscape"], measure, MOMENTS[language]).targets
            }
            for sits in (False, True)
        )
        assert all(low[target] >= y - 0.01 for target, y in usual.items()), name
        lower += low != usual
    assert lower >= 5  # on the others they stand at the bottom already


def test_the_face_can_be_switched_off(measure):
    for language in LANGUAGES:
        for name, view in fixtures(language).items():
            for size in SIZES.values():
                scene = arrange(view, size, measure, MOMENTS[language], face=False)
                assert not any(isinstance(item, Face) for item in scene.items), name
                assert scene.left_out == 0, name


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_a_human_and_large_print_are_one_tap_away(scenes, language, large, where):
    for name, scene in each(scenes, language, large, where):
        targets = {target.name for target in scene.targets}
        assert "large" in targets, name
        # While a human is on the screen already, her button ends the video.
        assert "human" in targets or "end_video" in targets, name


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_every_control_speaks_its_role_name_state_and_position(scenes, language, large, where):
    views = fixtures(language, large=large)
    for name, scene in each(scenes, language, large, where):
        said = nodes(views[name], now_ms=NOW_MS)
        spoken = {node.target: node for node in said if node.target}
        assert {target.name for target in scene.targets} == set(spoken), name
        for node in said:
            words_said = sentence(node, language)
            assert node.name, (name, node)
            assert 1 <= node.place <= node.places, (name, node)
            if node.target:
                assert words(language)[f"role_{node.role}"] in words_said, (name, node)
                assert words(language)["position"].format(place=node.place, places=node.places) in words_said


@pytest.mark.parametrize(("language", "large", "where"), MODES)
def test_every_word_on_the_screen_is_spoken(scenes, language, large, where):
    """What eyes see ears can hear: branch, clock and the pad's drawn keys apart."""
    views = fixtures(language, large=large)
    own = words(language)
    apart = {own[k] for k in ("mic_on", "mic_off", "listening", "pad_cancel", "pad_clear", "pad_enter")}
    for name, scene in each(scenes, language, large, where):
        view = views[name]
        said = bare("".join(node.name + node.state for node in nodes(view, now_ms=NOW_MS)))
        for item in scene.items:
            if not isinstance(item, Text) or item.text in apart or not bare(item.text):
                continue
            if len(item.text) == 1 and item.text.isdigit():  # keys of the drawn pad, numbers of steps
                continue
            if item.text in view.branch or bare(item.text) in bare(MOMENTS[language].clock + MOMENTS[language].date):
                continue
            # A note that finds no room is spoken all the same. Decimals that are zero are dropped in large print.
            assert bare(item.text) in said or bare(item.text) in said.replace("00", ""), (name, item.text)


def bare(text):
    return re.sub(r"[\s，。：、,.:\"“”'‘’*·　]", "", text)


def test_nothing_of_a_foreign_language_stands_on_an_english_screen(scenes):
    for (language, _, _, name), scene in scenes.items():
        if language == "en":
            chinese = {i.text for i in scene.items if isinstance(i, Text) and CHINESE.search(i.text.replace("　", ""))}
            assert chinese <= {"中文"}, name


def test_the_catalogues_have_the_same_words():
    chinese, english = words("zh"), words("en")
    assert chinese.keys() == english.keys()
    assert not [key for key in english if CHINESE.search(english[key].replace("　", ""))]
    for key in chinese:
        assert set(re.findall(r"{\w+}", chinese[key])) == set(re.findall(r"{\w+}", english[key])), key


def test_names_of_targets_are_the_same_in_every_mode():
    for name, view in fixtures("zh").items():
        english = fixtures("en")[name]
        assert [n.target for n in nodes(view)] == [n.target for n in nodes(english)], name


def test_the_tokens_own_contrasts_are_true():
    for name, row in tokens()["colour"].items():
        for other, told in row.get("contrast", {}).items() if isinstance(row, dict) else ():
            assert abs(contrast(colour(name), colour(other)) - told) < 0.06, (name, other)


def test_edges_of_buttons_stand_out(scenes):
    for (_, _, _, name), scene in scenes.items():
        boxes = [target.box for target in scene.targets]
        for item in scene.items:
            if isinstance(item, Fill) and item.colour == colour("line") and item.box in boxes:
                assert contrast(item.colour, scene.ground) >= GRAPHIC_CONTRAST, name


def test_targets_keep_apart(scenes):
    for (_, _, _, name), scene in scenes.items():
        for one, other in combinations(scene.targets, 2):
            assert not Box(one.box.x - 2, one.box.y - 2, one.box.w + 4, one.box.h + 4).overlaps(other.box), (
                name,
                one,
                other,
            )
