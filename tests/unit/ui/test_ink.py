"""A signature drawn with a finger: strokes in parts of the pad, over the scene; and the teller's spot."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.messages.view import ChoicePart, Option, SignaturePart, TextPart, View
from kiosk_ui.ink import CLEAR, DONE, MOST_POINTS, PAD, Signature, inked, pad_of
from kiosk_ui.layout import arrange
from kiosk_ui.samples import BAR
from kiosk_ui.scene import Box, Fill, Stroke

from .test_layout import LANDSCAPE, NOW, PORTRAIT

SIGN = View(
    "teller", "请在下面*签名*。", "用手指写，写错可以重写。", tone="hold", teller_name="林柜员", bar=BAR,
    parts=(
        TextPart("跨行转账费用", "question"), TextPart("本行柜面和自助机跨行转账都不收费。"), SignaturePart("请在框内签名"),
        ChoicePart((Option("sign:no", "不签", icon="x", style="minor"),)),
        ChoicePart((Option("video:yes", "打开视频", style="minor"),), "grid"),
    ),
)  # fmt: skip
BOX = Box(100, 200, 500, 250)


@pytest.mark.parametrize("size", [PORTRAIT, LANDSCAPE])
@pytest.mark.parametrize("large", [False, True])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_pad_and_its_buttons_fit_every_mode(measure, size, large, language):
    scene = arrange(replace(SIGN, large=large, language=language), size, measure, NOW)
    assert {PAD, DONE, CLEAR, "sign:no", "video:yes"} <= {target.name for target in scene.targets}
    pad = pad_of(scene)
    assert pad is not None
    assert pad.bottom <= scene.size[1]
    assert pad.h >= 100


def test_strokes_are_kept_in_thousandths_and_sent_once():
    signature = Signature().for_view(SIGN).down(BOX, 100, 200).move(BOX, 350, 325).move(BOX, 9999, 9999)
    assert signature.strokes == ((0, 0, 500, 500, 1000, 1000),)
    signature, strokes = signature.press(DONE)
    assert strokes == ((0, 0, 500, 500, 1000, 1000),)
    assert signature.press(DONE) == (signature, None)
    assert signature.down(BOX, 100, 200) == signature


def test_a_dot_is_no_signature():
    palm = Signature(wanted=True).down(BOX, 300, 300).down(BOX, 320, 300).move(BOX, 320, 300)
    assert palm.press(DONE) == (palm, None)
    assert palm.move(BOX, 340, 310).press(DONE)[1] is not None


def test_starting_over_and_another_view_wipe_the_pad():
    signature = Signature().for_view(SIGN).down(BOX, 300, 300)
    assert signature.for_view(replace(SIGN, lead="还在签")).strokes == signature.strokes
    assert signature.press(CLEAR)[0].strokes == ()
    assert signature.for_view(replace(SIGN, parts=())).strokes == ()
    assert Signature().down(BOX, 300, 300).strokes == ()
    assert Signature(wanted=True).press(DONE) == (Signature(wanted=True), None)


@given(st.lists(st.tuples(st.booleans(), st.floats(-1e4, 1e4), st.floats(-1e4, 1e4)), max_size=80))
def test_whatever_the_finger_does_core_takes_it(moves):
    signature = Signature(wanted=True)
    for begins, x, y in moves:
        signature = signature.down(BOX, x, y) if begins else signature.move(BOX, x, y)
    assert all(len(stroke) % 2 == 0 and all(0 <= one <= 1000 for one in stroke) for stroke in signature.strokes)
    assert sum(map(len, signature.strokes)) <= 2 * MOST_POINTS + 2 * len(signature.strokes)


def test_ink_lies_on_the_pad_and_the_spot_on_the_screen(measure):
    scene = arrange(SIGN, PORTRAIT, measure, NOW)
    pad = pad_of(scene)
    drawn = inked(scene, ((0, 0, 1000, 1000), (500, 500)), (0.5, 0.25))
    strokes = [item for item in drawn.items[len(scene.items) :] if isinstance(item, Stroke)]
    assert strokes[0].points == pytest.approx((pad.x, pad.y, pad.right, pad.bottom))
    assert len(strokes[1].points) == 4
    ring = next(item for item in drawn.items[len(scene.items) :] if isinstance(item, Fill))
    assert (ring.box.mid_x, ring.box.mid_y) == (scene.size[0] / 2, scene.size[1] / 4)
    assert inked(scene, (), None) is scene
