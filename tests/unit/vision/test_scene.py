"""Frozen and covered pictures are told from living ones."""

from __future__ import annotations

import numpy as np

from edge_models.vision.scene import SceneCheck

RANDOM = np.random.default_rng(3)


def hall():
    picture = np.zeros((480, 640, 3), np.uint8)
    picture[:300] = 200
    picture[300:] = 120
    return picture


def noisy(picture, strength=3):
    return np.clip(picture.astype(int) + RANDOM.integers(-strength, strength + 1, picture.shape), 0, 255).astype(
        np.uint8
    )


def test_a_living_camera_is_fine():
    check = SceneCheck()
    assert [check.check(noisy(hall())) for _ in range(4)] == ["ok"] * 4


def test_the_same_picture_again_is_frozen():
    check, picture = SceneCheck(), noisy(hall())
    assert [check.check(picture) for _ in range(3)] == ["ok", "frozen", "frozen"]
    assert check.check(noisy(hall())) == "ok"


def test_a_cap_on_the_lens_and_a_hand_before_it_cover():
    check = SceneCheck()
    black, hand = np.zeros((480, 640, 3), np.uint8), np.full((480, 640, 3), (90, 110, 150), np.uint8)
    assert check.check(black) == "covered"
    assert check.check(black) == "covered"
    assert check.check(noisy(hand, 12)) == "covered"


def test_no_picture_is_kept():
    check, picture = SceneCheck(), noisy(hall())
    check.check(picture)
    assert all(isinstance(value, int) for value in vars(check).values())
