"""The whole gallery, drawn by the real window, looks as it did: small pictures are compared, rasteriser noise forgiven."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from kiosk_ui import gallery
from kiosk_ui.gallery import SIZES
from kiosk_ui.samples import LANGUAGES
from tests.wire.ui.pictures import REFERENCES, SCALE, difference, same, small

pytestmark = [pytest.mark.window, pytest.mark.timeout(900)]

FOLDERS = [f"{a}_{b}_{c}" for a in LANGUAGES for b in ("normal", "large") for c in SIZES]


@pytest.fixture(scope="module")
def drawn(tmp_path_factory):
    folder = tmp_path_factory.mktemp("gallery")
    gallery.run(folder, SCALE)
    return folder


def read(folder, name):
    picture = cv2.imread(str(REFERENCES / folder / f"{name}.webp"))
    assert picture is not None, f"no reference for {folder}/{name}: python -m tests.wire.ui.pictures"
    return picture


@pytest.mark.parametrize("folder", FOLDERS)
def test_every_screen_looks_as_it_did(drawn, folder):
    names = {path.stem for path in (drawn / folder).glob("*.png")}
    assert names == {path.stem for path in (REFERENCES / folder).glob("*.webp")}
    changed = {}
    for name in sorted(names):
        now, then = small(cv2.imread(str(drawn / folder / f"{name}.png")), folder), read(folder, name)
        if not same(now, then):
            changed[name] = difference(now, then)
    assert changed == {}


def test_noise_is_forgiven_and_a_moved_button_is_not():
    folder, name = "zh_normal_portrait", "conversation"
    was = read(folder, name)
    noisy = np.clip(was.astype(int) + np.random.default_rng(1).integers(-6, 7, was.shape), 0, 255).astype(np.uint8)
    assert same(noisy, was)
    softer = cv2.GaussianBlur(was, (3, 3), 0.5)
    assert same(softer, was)
    moved = was.copy()
    rows = slice(262, 302)  # the first button of the grid
    moved[rows, :] = np.roll(was[rows, :], 2, axis=1)
    assert not same(moved, was)
    tofu = was.copy()
    tofu[34:40, 12:18] = 255 - tofu[34:40, 12:18]  # one letter of the lead
    assert not same(tofu, was)
