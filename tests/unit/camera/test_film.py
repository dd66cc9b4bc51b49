"""The simulated customer: films are made once, quickly, and no two pictures in a row are alike."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from firmware_bridge.simulator.film import FPS, SECONDS, THEN, make_films
from guitai.errors import GuitaiError


@pytest.fixture(scope="session")
def films(models_dir, tmp_path_factory):
    return make_films(Store(models_dir).path("astronaut"), tmp_path_factory.getbasetemp() / "films")


def pictures(film):
    capture, out = cv2.VideoCapture(str(film)), []
    while True:
        got, picture = capture.read()
        if not got:
            return out
        out.append(picture)


@pytest.mark.parametrize("scene", SECONDS)
def test_a_living_sensor_never_repeats_itself(films, scene):
    shown = pictures(films[scene])
    assert len(shown) == round(SECONDS[scene] * FPS)
    assert shown[0].shape == (480, 640, 3)
    assert all((a != b).any() for a, b in pairwise([*shown, shown[0]]))


@pytest.mark.parametrize(("scene", "then"), THEN.items())
def test_one_film_leads_over_to_the_next_without_a_jump(films, scene, then):
    end, start = pictures(films[scene])[-1].astype(int), pictures(films[then])[0].astype(int)
    assert np.abs(end - start).mean() < 12


def test_they_are_small_and_made_once(films, models_dir):
    assert sum(film.stat().st_size for film in films.values()) < 20_000_000
    before = {scene: film.stat().st_mtime_ns for scene, film in films.items()}
    again = make_films(Store(models_dir).path("astronaut"), films["empty"].parent)
    assert {scene: film.stat().st_mtime_ns for scene, film in again.items()} == before


def test_another_picture_is_refused(tmp_path):
    cv2.imwrite(str(tmp_path / "other.png"), np.zeros((64, 64, 3), np.uint8))
    with pytest.raises(GuitaiError, match=r"camera\.bad_portrait"):
        make_films(tmp_path / "other.png", tmp_path)
