"""A drawn hand is found where it was drawn; beside the ear it counts, elsewhere not."""

from __future__ import annotations

import pytest

from edge_models.store import Store
from edge_models.vision.crops import cut, square
from edge_models.vision.detector import Detector
from edge_models.vision.hands import AROUND, INPUT_PX, HandFinder
from edge_models.vision.smoothing import HAND
from guitai.errors import GuitaiError
from tests.fixtures.vision.actor import Actor, with_hand


@pytest.fixture(scope="module")
def store(models_dir):
    return Store(models_dir)


@pytest.fixture(scope="module")
def finder(store):
    return HandFinder(store.path("hand-landmarker"))


@pytest.fixture(scope="module")
def scene(store):
    actor = Actor(store.path("astronaut"))
    picture = actor.picture()
    (face,) = Detector(store.path("yunet")).find(picture)
    return picture, face


def at(scene, aside, down, size=1.1):
    """The scene with a drawn hand so many face heights from the face's centre."""
    picture, face = scene
    x, y = face.centre
    return with_hand(picture, x + aside * face.height, y + down * face.height, size * face.height)


@pytest.mark.parametrize("aside", [-0.7, 0.7])
def test_a_hand_at_the_ear_is_found(finder, scene, aside):
    assert finder.at_ear(at(scene, aside, 0.2), scene[1]) >= HAND


def test_no_hand_and_a_hand_elsewhere_are_not(finder, scene):
    assert finder.at_ear(scene[0], scene[1]) < 0.3
    assert finder.at_ear(at(scene, 1.6, 0.6), scene[1]) < HAND  # waving
    assert finder.at_ear(at(scene, 0.0, 1.3), scene[1]) < HAND  # before the chest


@pytest.mark.parametrize("aside", [-0.7, 0.7])
def test_a_palm_is_found_where_it_was_drawn(finder, scene, aside):
    _, face = scene
    crop = cut(at(scene, aside, 0.2), square(face.centre, AROUND * face.height, 0.0, INPUT_PX), INPUT_PX)
    centres, scores = finder.palms(crop)
    across, down = (centres[scores.argmax()] - 0.5) * AROUND
    assert across == pytest.approx(aside, abs=0.15)
    assert 0.2 < down < 0.6  # the fingers make up the upper half of the drawing


@pytest.mark.parametrize("content", [b"no model at all", b"PK\x05\x06" + bytes(18), b""])
def test_a_file_that_is_no_task_is_named(tmp_path, content):
    (tmp_path / "h.task").write_bytes(content)
    with pytest.raises(GuitaiError, match=r"vision\.bad_model.*h\.task"):
        HandFinder(tmp_path / "h.task")
