"""Both engines for landmarks keep the same promises and say the same about the same face."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.mesh import BLENDSHAPES
from guitai.config import Vision
from guitai.errors import GuitaiError


@pytest.fixture(scope="module")
def store(models_dir):
    return Store(models_dir)


@pytest.fixture(scope="module")
def detector(store):
    return Detector(store.path("yunet"))


@pytest.fixture(scope="module")
def engines(store):
    loaded = {name: load(store.path("face-landmarker")) for name, load in ENGINES.items()}
    yield loaded
    for engine in loaded.values():
        engine.close()


@pytest.fixture(params=ENGINES)
def engine(request, engines):
    return engines[request.param]


@pytest.fixture(scope="module")
def portrait(store):
    return cv2.imread(str(store.path("astronaut")))


def camera_view(portrait, scale=1.0, x=60, tilt_degrees=0):
    """The portrait in a picture of 640 x 480; left of the edge with a negative x."""
    turn = cv2.getRotationMatrix2D((220, 120), tilt_degrees, 1)
    tilted = cv2.warpAffine(portrait, turn, (512, 512), borderMode=cv2.BORDER_REPLICATE)
    small = cv2.resize(tilted, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:480, max(0, -x) :]
    small = small[:, : 640 - max(0, x)]
    view = np.full((480, 640, 3), 170, np.uint8)
    view[: small.shape[0], max(0, x) : max(0, x) + small.shape[1]] = small
    return view


VIEWS = {
    "very near": {"scale": 1.6, "x": 0},
    "near": {},
    "far": {"scale": 0.5},
    "at the left edge": {"x": -170},
    "at the right edge": {"x": 330},
    "head tilted": {"tilt_degrees": 15},
}


@pytest.fixture(params=VIEWS)
def view(request, portrait):
    return camera_view(portrait, **VIEWS[request.param])


def test_openvino_is_the_configured_one_unless_told_otherwise():
    assert Vision().landmarks == "openvino"
    assert set(ENGINES) == {"mediapipe", "openvino"}


def test_478_points_in_the_face_and_52_named_blendshapes(engine, detector, view):
    (face,) = detector.find(view)
    mesh = engine.find(view, face)
    assert mesh.points.shape == (478, 2)
    assert tuple(mesh.blendshapes) == BLENDSHAPES
    assert all(0 <= score <= 1 for score in mesh.blendshapes.values())
    x, y = mesh.points.mean(axis=0)
    assert face.x < x < face.x + face.width
    assert face.y < y < face.y + face.height
    right_eye, left_eye, nose, *_ = face.points
    for corner, eye in ((33, right_eye), (263, left_eye)):
        assert np.linalg.norm(mesh.points[corner] - eye) < 0.25 * face.height
    assert np.linalg.norm(mesh.points[1] - nose) < 0.25 * face.height


def test_the_engines_agree(engines, detector, view):
    (face,) = detector.find(view)
    one, other = (engine.find(view, face) for engine in engines.values())
    apart = np.linalg.norm(one.points - other.points, axis=1) / face.height
    assert apart.mean() < 0.01
    assert apart.max() < 0.03
    differences = [abs(one.blendshapes[name] - other.blendshapes[name]) for name in BLENDSHAPES]
    assert np.mean(differences) < 0.03
    assert max(differences) < 0.25
    assert one.roll_rad == pytest.approx(other.roll_rad, abs=0.05)


def test_a_smile_is_a_smile(engine, detector, portrait):
    view = camera_view(portrait)
    shapes = engine.find(view, detector.find(view)[0]).blendshapes
    assert min(shapes["mouthSmileLeft"], shapes["mouthSmileRight"]) > 0.5
    assert max(shapes["jawOpen"], shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]) < 0.5


def test_a_wall_has_no_landmarks(engine, detector, portrait):
    (face,) = detector.find(camera_view(portrait))
    assert engine.find(np.full((480, 640, 3), 170, np.uint8), face) is None


def test_a_box_outside_the_picture_has_no_landmarks(engine, detector, portrait):
    view = camera_view(portrait)
    (face,) = detector.find(view)
    points = tuple((x, y + 2000) for x, y in face.points)
    assert engine.find(view, replace(face, y=face.y + 2000, points=points)) is None


def test_of_two_faces_each_gets_its_own(engine, detector, portrait):
    view = camera_view(portrait, 0.6, x=0)
    view[:, 320:] = view[:, 60:380]
    faces = detector.find(view)
    assert len(faces) == 2
    for face in faces:
        x, _ = engine.find(view, face).points.mean(axis=0)
        assert face.x < x < face.x + face.width


def test_nothing_is_remembered_from_face_to_face(engine, detector, portrait):
    one, other = camera_view(portrait), camera_view(portrait, 0.5, x=300)
    first = engine.find(one, detector.find(one)[0])
    engine.find(other, detector.find(other)[0])
    again = engine.find(one, detector.find(one)[0])
    assert np.array_equal(first.points, again.points)
    assert first.blendshapes == again.blendshapes


@pytest.mark.parametrize("name", ENGINES)
@pytest.mark.parametrize("content", [b"no model at all", b"PK\x05\x06" + bytes(18), b""])
def test_a_file_that_is_no_task_is_named(tmp_path, name, content):
    (tmp_path / "l.task").write_bytes(content)
    with pytest.raises(GuitaiError, match=r"vision\.bad_model.*l\.task"):
        ENGINES[name](tmp_path / "l.task")


@pytest.mark.parametrize("name", ENGINES)
def test_a_task_that_is_not_there_is_named(tmp_path, name):
    with pytest.raises(GuitaiError, match=r"vision\.bad_model.*l\.task"):
        ENGINES[name](tmp_path / "l.task")
