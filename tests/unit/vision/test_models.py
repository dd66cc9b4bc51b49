"""Each network gives what its own runtime gives, and a damaged file is refused."""

from __future__ import annotations

import shutil
from contextlib import closing

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.bench import measure
from edge_models.vision.detector import Detector
from edge_models.vision.expression import ExpressionReader
from edge_models.vision.eyes import Eyes
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.looks import LABELS
from guitai.errors import GuitaiError

LITERT = {
    "close": (0.0000, 0.0000, 0.0000, 0.9984, 0.0000, 0.0001, 0.0015),
    "wide": (0.0659, 0.0001, 0.4626, 0.1061, 0.2376, 0.0116, 0.1161),
    "upside down": (0.1662, 0.0001, 0.3640, 0.0092, 0.3260, 0.0362, 0.0983),
    "negative": (0.0243, 0.0000, 0.0323, 0.8727, 0.0122, 0.0359, 0.0225),
}
"""What ai-edge-litert 2.3.0, the file's own runtime, answers to the crops below."""


@pytest.fixture(scope="module")
def store(models_dir):
    return Store(models_dir)


@pytest.fixture(scope="module")
def portrait(store):
    return cv2.imread(str(store.path("astronaut")))


def camera_view(portrait, scale=1.0, x=60):
    """The portrait in a picture of 640 x 480."""
    small = cv2.resize(portrait, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)[:480]
    view = np.full((480, 640, 3), 170, np.uint8)
    view[: small.shape[0], x : x + small.shape[1]] = small
    return view


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_the_detector_agrees_with_opencv(store, portrait, scale):
    view = camera_view(portrait, scale)
    (face,) = Detector(store.path("yunet")).find(view)
    own = cv2.FaceDetectorYN.create(str(store.path("yunet")), "", (640, 480), 0.7)
    _, (reference,) = own.detect(view)
    assert np.allclose((face.x, face.y, face.width, face.height), reference[:4], atol=8 * scale + 2)
    assert np.allclose(np.ravel(face.points), reference[4:14], atol=6 * scale + 2)


def test_the_detector_finds_two_and_none(store, portrait):
    detector = Detector(store.path("yunet"))
    two = camera_view(portrait, 0.55, x=0)
    two[:, 320:] = camera_view(portrait, 0.55, x=0)[:, :320]
    assert len(detector.find(two)) == 2
    assert detector.find(np.full((480, 640, 3), 170, np.uint8)) == ()


def test_expressions_agree_with_the_files_own_runtime(store, portrait):
    grey = cv2.cvtColor(portrait, cv2.COLOR_BGR2GRAY)

    def crop(rows, columns):
        part = cv2.resize(grey[rows, columns], (64, 64), interpolation=cv2.INTER_AREA)
        return (part / 127.5 - 1).astype(np.float32)

    close, wide = crop(slice(50, 190), slice(155, 295)), crop(slice(0, 240), slice(110, 350))
    crops = {"close": close, "wide": wide, "upside down": np.flipud(close), "negative": -close}
    reader = ExpressionReader(store.path("expression"))
    for name, shares in LITERT.items():
        ours = reader.read_crop(np.ascontiguousarray(crops[name]))
        assert np.allclose([ours[label] for label in LABELS], shares, atol=0.02), name


@pytest.mark.parametrize("engine", ENGINES)
def test_a_smile_is_read_only_when_it_may_be(store, portrait, engine):
    with closing(Eyes(store, engine)) as eyes:
        view = camera_view(portrait)
        assert eyes.look(view, 1, with_expression=False).expression is None
        expression = eyes.look(view, 2, with_expression=True).expression
    assert max(expression, key=expression.get) == "happy"


def test_without_consent_no_landmarks_are_computed(store, portrait):
    eyes = Eyes(store, "mediapipe")
    eyes.look(camera_view(portrait), 1, with_expression=False)
    assert "_landmarks" not in vars(eyes)


@pytest.mark.parametrize("name", ["yunet", "face-landmarker", "expression", "sface", "hand-landmarker"])
def test_a_flipped_byte_is_refused_before_anybody_comes(models_dir, tmp_path, name):
    for model in ("yunet", "face-landmarker", "expression", "sface", "hand-landmarker"):
        shutil.copytree(models_dir / model, tmp_path / model)
    (damaged,) = (file for file in (tmp_path / name).iterdir() if file.is_file())
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    with pytest.raises(GuitaiError, match=r"models\.hash_mismatch"):
        Eyes(Store(tmp_path), "mediapipe")


def test_a_file_that_is_no_model_is_named(tmp_path):
    for kind, file in ((Detector, "d.onnx"), (ExpressionReader, "e.tflite")):
        (tmp_path / file).write_bytes(b"no model at all")
        with pytest.raises(GuitaiError, match=rf"vision\.bad_model.*{file}"):
            kind(tmp_path / file)


def test_the_bench_measures_full_looks_with_both_engines(models_dir):
    figures = measure(models_dir, 5)
    for prefix in ("", "mediapipe_"):
        assert figures[prefix + "found"] == 1.0
        assert 0 < figures[prefix + "detect_p50_ms"] < figures[prefix + "p95_ms"]
    assert figures["rss_mb"] < figures["mediapipe_rss_mb"]
    assert min(figures["identity_p95_ms"], figures["identity_first_p95_ms"]) > 0
    assert figures["sface_int8_cosine"] > 0.9
    for model in ("detector_openvino_int8", "detector_opencv_int8", "sface_openvino_fp32", "sface_onnxruntime_int8"):
        assert figures[f"{model}_ms"] > 0
