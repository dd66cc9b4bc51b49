"""Turns have a side and a size, and attention follows head and eyes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.pose import attentive, gaze, pitch, yaw
from tests.fixtures.vision.actor import Actor


@pytest.fixture(scope="module", params=ENGINES)
def mesh_of(request, models_dir):
    store = Store(models_dir)
    actor, detector = Actor(store.path("astronaut")), Detector(store.path("yunet"))
    engine = ENGINES[request.param](store.path("face-landmarker"))

    def mesh_of(**pose):
        picture = actor.picture(**pose)
        return engine.find(picture, detector.find(picture)[0])

    yield mesh_of
    engine.close()


def test_turns_have_a_side_and_a_size(mesh_of):
    measured = [yaw(mesh_of(turn=degrees)) for degrees in (-30, -15, 0, 15, 30)]
    assert measured == sorted(measured)
    assert abs(measured[2]) < 0.1
    assert measured[4] > 0.28
    assert measured[0] < -0.28


def test_who_looks_at_the_screen_is_attentive_and_who_turned_away_is_not(mesh_of):
    front = mesh_of()
    assert attentive(front)
    assert 0.4 < pitch(front) < 0.65
    assert attentive(mesh_of(turn=10))
    assert not attentive(mesh_of(turn=-30))


def test_eyes_that_look_aside_are_not_attentive_and_may_make_up_for_the_head(mesh_of):
    front = mesh_of()
    width = np.linalg.norm(front.points[133] - front.points[33])
    shifted = front.points.copy()
    shifted[[468, 473], 0] += 0.35 * width
    aside = replace(front, points=shifted)
    assert gaze(aside) > gaze(front) + 0.25
    assert not attentive(aside)
    turned = mesh_of(turn=-30)
    back = turned.points.copy()
    back[[468, 473], 0] += 0.3 * np.linalg.norm(back[133] - back[33])
    assert attentive(replace(turned, points=back))
