"""SFace with unpacked weights: the same in ONNX Runtime and OpenVINO, and it knows a face again."""

from __future__ import annotations

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from edge_models.catalog import shipped
from edge_models.prepare.sface import to_float_onnx
from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.runtime import compiled

PLACES = np.array(
    [[38.2946, 51.6963], [73.5318, 51.5014], [56.0252, 71.7366], [41.5493, 92.3655], [70.7299, 92.2041]], np.float32
)
"""Where SFace wants eyes, nose and corners of the mouth in its 112 x 112 pixels (InsightFace's ArcFace template)."""
THRESHOLD = shipped()["sface"].figures["cosine_threshold"]


@pytest.fixture(scope="module")
def store(models_dir):
    return Store(models_dir)


@pytest.fixture(scope="module")
def in_openvino(store):
    request = compiled(store.path("sface"))

    def run(data):
        request.infer({0: data})
        return np.array(request.get_output_tensor(0).data).ravel()

    return run


@pytest.fixture(scope="module")
def in_onnxruntime(store):
    session = onnxruntime.InferenceSession(str(store.path("sface")))
    return lambda data: session.run(None, {"data": data})[0].ravel()


@pytest.fixture(params=["in_openvino", "in_onnxruntime"])
def embed(request):
    return request.getfixturevalue(request.param)


def aligned(picture, points):
    matrix, _ = cv2.estimateAffinePartial2D(np.array(points, np.float32), PLACES, method=cv2.LMEDS)
    rgb = cv2.cvtColor(cv2.warpAffine(picture, matrix, (112, 112)), cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], np.float32)


def cosine(one, other):
    return float(one @ other / np.linalg.norm(one) / np.linalg.norm(other))


@pytest.fixture(scope="module")
def faces(store):
    """The portrait twice, near and, smaller, darker and tilted, a second time; and a face that is only drawn."""
    portrait = cv2.imread(str(store.path("astronaut")))
    tilt = cv2.getRotationMatrix2D((220, 120), 10, 0.7)
    again = cv2.convertScaleAbs(cv2.warpAffine(portrait, tilt, (512, 512)), alpha=0.75)
    drawn = np.full((300, 300, 3), 120, np.uint8)
    cv2.ellipse(drawn, (150, 150), (75, 105), 0, 0, 360, (150, 175, 205), -1)
    for x in (120, 180):
        cv2.ellipse(drawn, (x, 125), (14, 7), 0, 0, 360, (245, 245, 245), -1)
        cv2.circle(drawn, (x, 125), 6, (40, 30, 20), -1)
    cv2.line(drawn, (150, 130), (145, 165), (110, 130, 160), 4)
    cv2.ellipse(drawn, (150, 200), (28, 8), 0, 0, 360, (90, 80, 160), -1)
    detector = Detector(store.path("yunet"))
    found = {name: (view, detector.find(view)[0].points) for name, view in (("one", portrait), ("again", again))}
    found["drawn"] = (drawn, ((120, 125), (180, 125), (147, 165), (125, 200), (175, 200)))
    return {name: aligned(*face) for name, face in found.items()}


def test_the_same_face_matches_and_another_does_not(embed, faces):
    one, again, drawn = (embed(faces[name]) for name in ("one", "again", "drawn"))
    assert one.shape == (128,)
    assert cosine(one, again) > THRESHOLD
    assert cosine(one, drawn) < THRESHOLD
    assert cosine(again, drawn) < THRESHOLD


def test_both_runtimes_agree(in_openvino, in_onnxruntime, faces):
    for face in faces.values():
        assert np.allclose(in_openvino(face), in_onnxruntime(face), atol=1e-4)


def in_blocks(weights, block, random):
    """Weights quantized in blocks along the second axis, as (int8, scales, zero points, what they stand for)."""
    blocks = -(-weights[1] // block)
    packed = random.integers(-128, 128, weights, dtype=np.int8)
    scales = random.uniform(0.01, 0.1, (weights[0], blocks)).astype(np.float32)
    zeros = random.integers(-9, 9, (weights[0], blocks), dtype=np.int8)
    wide = [np.repeat(part, block, axis=1)[:, : weights[1]] for part in (scales, zeros)]
    return packed, scales, zeros, (packed.astype(np.float32) - wide[1]) * wide[0]


@pytest.fixture
def published(tmp_path):
    """A small graph with every fault of the published one; the last block of its weights is not full."""
    packed, scales, zeros, meant = in_blocks((4, 18), 8, np.random.default_rng(3))
    tensors = {"q": packed, "s": scales, "z": zeros, "shape": np.array([4, 2, 3, 3])}
    graph = helper.make_graph(
        [
            helper.make_node("DequantizeLinear", ["q", "s", "z"], ["flat"], axis=1, block_size=8),
            helper.make_node("Reshape", ["flat", "shape"], ["w"]),
            helper.make_node("Conv", ["data", "w"], ["fc1"]),
        ],
        "small",
        [
            helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)
            for name, shape in (("data", [1, 2, 5, 5]), ("w0", [4]))
        ],
        [helper.make_tensor_value_info("fc1", TensorProto.FLOAT, [1, 4, 3, 3])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 21)], ir_version=10), tmp_path / "p.onnx")
    return tmp_path / "p.onnx", meant


def test_weights_in_blocks_become_the_floats_they_stand_for(published, tmp_path):
    source, meant = published
    for name in ("one.onnx", "two.onnx"):
        to_float_onnx(source, tmp_path / name)
    assert (tmp_path / "one.onnx").read_bytes() == (tmp_path / "two.onnx").read_bytes()
    graph = onnx.load(tmp_path / "one.onnx").graph
    assert [node.op_type for node in graph.node] == ["Conv"]
    assert [value.name for value in graph.input] == ["data"]
    (weights,) = graph.initializer
    assert np.array_equal(numpy_helper.to_array(weights), meant.reshape(4, 2, 3, 3).astype(np.float32))
