"""Where ONNX Runtime and OpenVINO both run a model, they give the same answer; and the small engines keep their promises."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import onnxruntime
import pytest

from edge_models.language.bench import FloatEncoder
from edge_models.language.encoder import Encoder
from edge_models.speech import engines
from edge_models.speech.audio import RATE_HZ
from edge_models.speech.customer import Customer
from edge_models.speech.vad import FRAME
from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.looks import Face
from edge_models.vision.mesh import BLENDSHAPES, POINTS
from edge_models.vision.runtime import compiled
from guitai.config import Vision
from guitai.errors import GuitaiError

pytestmark = [pytest.mark.models, pytest.mark.timeout(300)]
NOISE = np.random.default_rng(11)
INPUTS: dict[str, dict[str, Any]] = {
    "silero-vad": {
        "input": NOISE.normal(0, 0.1, (1, 576)).astype(np.float32),
        "state": np.zeros((2, 1, 128), np.float32),
    },
    "sface": {"data": NOISE.uniform(0, 255, (1, 3, 112, 112)).astype(np.float32)},
    "e5-small": {"input_ids": np.array([[0, 41, 1294, 12, 2]]), "attention_mask": np.ones((1, 5), np.int64)},
}


@pytest.mark.parametrize("name", INPUTS)
def test_both_runtimes_give_the_same(models: Path, name: str):
    model, feed = Store(models).path(name), INPUTS[name]
    (one, *_) = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"]).run(None, feed)
    request = compiled(model)
    request.infer(feed)
    other = request.get_output_tensor(0).data
    assert one.shape == other.shape
    cosine = np.sum(one * other) / (np.linalg.norm(one) * np.linalg.norm(other))
    assert cosine > 0.99
    assert np.linalg.norm(one) == pytest.approx(np.linalg.norm(other), rel=0.05)


def test_voice_activity_is_a_probability_that_follows_the_voice(configured, models: Path, state: Path):
    vad = engines.vad(configured())
    spoken = Customer(models, state).say("我想转账五千块", "zf_xiaoxiao").samples
    means = []
    for sound in (spoken, np.zeros(RATE_HZ, np.int16)):
        vad.reset()
        found = [vad(sound[at : at + FRAME]) for at in range(0, len(sound) - FRAME, FRAME)]
        assert all(0 <= probability <= 1 for probability in found)
        means.append(np.mean(found))
    assert means[0] > 0.6 > 0.1 > means[1]
    again = engines.vad(configured())
    assert again(spoken[:FRAME]) == pytest.approx(_first(vad, spoken))


def _first(vad: Any, sound: Any) -> float:
    vad.reset()
    return float(vad(sound[:FRAME]))


@pytest.mark.parametrize("name", ENGINES)
def test_landmarks_by_configuration(models: Path, damaged, name: str):
    load, store = ENGINES[Vision(landmarks=name).landmarks], Store(models)
    portrait = cv2.imread(str(store.path("astronaut")))
    (face, *_) = Detector(store.path("yunet")).find(portrait)
    meshes = []
    for _ in range(2):  # closed and opened again
        engine = load(store.path("face-landmarker"))
        mesh = engine.find(portrait, face)
        assert mesh is not None
        meshes.append(mesh)
        assert mesh.points.shape == (POINTS, 2)
        assert set(mesh.blendshapes) == set(BLENDSHAPES)
        blank = np.full_like(portrait, 90)
        assert engine.find(blank, Face(face.x, face.y, face.width, face.height, face.points, 0.9)) is None
        engine.close()
    assert np.allclose(meshes[0].points, meshes[1].points, atol=1.0)
    with pytest.raises(GuitaiError, match=r"^models\."):
        load(Store(damaged("face-landmarker")).path("face-landmarker"))


@pytest.mark.parametrize("load", [Encoder, FloatEncoder])
def test_encoders_give_unit_vectors(models: Path, load):
    encoder = load(models)
    vectors = {
        text: encoder.encode(text) for text in ("", "查一下余额", "看看卡里还有多少钱", "�\x00🙂", "转账" * 2000)
    }
    for vector in vectors.values():
        assert vector.shape == (384,)
        assert vector.dtype == np.float32
        assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-3)
    assert vectors["查一下余额"] @ vectors["看看卡里还有多少钱"] > vectors["查一下余额"] @ vectors["�\x00🙂"]
    assert np.allclose(load(models).encode("查一下余额"), vectors["查一下余额"], atol=1e-5)


def test_a_broken_encoder_is_refused(damaged):
    with pytest.raises(GuitaiError, match=r"^models\."):
        Encoder(damaged("e5-small"))
