"""The vision models one by one: INT8 beside FP32, and OpenVINO beside what else can run them.

ONNX Runtime loads neither YuNet nor SFace as published (weights in blocks) and no tflite file, so it gets both with
their weights unpacked to FP32. INT8 of SFace is made here, by ONNX Runtime's static quantization, calibrated on the
portrait turned, scaled and shaded: enough to time it and to see how far it strays, not to ship it.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from functools import partial
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnxruntime import quantization

from edge_models.prepare.sface import to_float_onnx
from edge_models.store import Store
from edge_models.vision.detector import INPUT_HEIGHT, INPUT_WIDTH, Detector
from edge_models.vision.expression import ExpressionReader
from edge_models.vision.landmarks import ENGINES
from edge_models.vision.looks import Face
from edge_models.vision.recognizer import Recognizer, aligned
from edge_models.vision.runtime import compiled
from guitai.wire.rings import Picture

CALIBRATION = 24
Call = Callable[[], object]
Floats = npt.NDArray[np.float32]


def compare(store: Store, picture: Picture, rounds: int) -> dict[str, float]:
    """Return the median milliseconds of each model in each engine, taken in turns, and SFace's cosine INT8 to FP32.

    Raises:
        GuitaiError: ``models.*`` or ``vision.bad_model``.
    """
    (face, *_) = Detector(store.path("yunet")).find(picture)
    with tempfile.TemporaryDirectory(prefix="guitai-") as folder:
        calls: dict[str, Call] = {}
        calls |= _detectors(store, picture, Path(folder))
        recognizers, cosine = _recognizers(store, picture, face, Path(folder))
        calls |= recognizers
        with (
            closing(ENGINES["mediapipe"](store.path("face-landmarker"))) as mediapipe,
            closing(ENGINES["openvino"](store.path("face-landmarker"))) as openvino,
        ):
            mesh = openvino.find(picture, face)
            assert mesh is not None
            reader = ExpressionReader(store.path("expression"))
            calls["landmarks_mediapipe_fp16"] = partial(mediapipe.find, picture, face)
            calls["landmarks_openvino_fp32"] = partial(openvino.find, picture, face)
            calls["expression_openvino_int8"] = partial(reader.read, picture, mesh)
            figures = _in_turns(calls, rounds)
    return figures | {"sface_int8_cosine": cosine}


def _detectors(store: Store, picture: Picture, folder: Path) -> dict[str, Call]:
    """Whole detections, but for ONNX Runtime, of which only the network's own time is taken."""
    published = store.path("yunet")
    unpacked = folder / "yunet.onnx"
    to_float_onnx(published, unpacked)
    _resize(unpacked)
    shape = [1, 3, INPUT_HEIGHT, INPUT_WIDTH]
    blank = np.zeros(shape, np.float32)
    session = _session(unpacked)
    opencv = cv2.FaceDetectorYN.create(str(published), "", (INPUT_WIDTH, INPUT_HEIGHT), 0.7)
    small = cv2.resize(picture, (INPUT_WIDTH, INPUT_HEIGHT))
    return {
        "detector_openvino_int8": partial(Detector(published).find, picture),
        "detector_openvino_fp32": partial(Detector(unpacked).find, picture),
        "detector_opencv_int8": partial(opencv.detect, small),
        "detector_onnxruntime_fp32_network": partial(session.run, None, {session.get_inputs()[0].name: blank}),
        "detector_openvino_fp32_network": partial(compiled(unpacked, shape).infer, {0: blank}),
    }


def _resize(model: Path) -> None:
    """Give YuNet, published for 640 x 640, our size; ONNX Runtime takes no other than is written in the file."""
    graph = onnx.load(str(model))
    for axis, size in ((2, INPUT_HEIGHT), (3, INPUT_WIDTH)):
        graph.graph.input[0].type.tensor_type.shape.dim[axis].dim_value = size
    for output in graph.graph.output:
        output.type.tensor_type.ClearField("shape")
    onnx.save(graph, str(model))


def _recognizers(store: Store, picture: Picture, face: Face, folder: Path) -> tuple[dict[str, Call], float]:
    published, packed = store.path("sface"), folder / "sface.onnx"
    _quantize(published, packed, picture, face)
    crop = aligned(picture, face)
    data = _input(crop)
    full, small = Recognizer(published), Recognizer(packed)
    cosine = float(full.template(picture, face) @ small.template(picture, face))
    out = np.empty(128, np.float32)
    return {
        "sface_openvino_fp32": partial(full.write, crop, out),
        "sface_openvino_int8": partial(small.write, crop, out),
        "sface_onnxruntime_fp32": partial(_session(published).run, None, {"data": data}),
        "sface_onnxruntime_int8": partial(_session(packed).run, None, {"data": data}),
    }, round(cosine, 4)


class _Faces(quantization.CalibrationDataReader):  # type: ignore[misc]  # onnxruntime has no types
    """The portrait in different sizes, angles and lights."""

    def __init__(self, picture: Picture, face: Face) -> None:
        self._inputs = self._made(picture, face)

    def get_next(self) -> dict[str, Floats] | None:
        return next(self._inputs, None)

    @staticmethod
    def _made(picture: Picture, face: Face) -> Iterator[dict[str, Floats]]:
        random = np.random.default_rng(5)
        crop = aligned(picture, face)
        for _ in range(CALIBRATION):
            turn = cv2.getRotationMatrix2D((56, 56), random.uniform(-12, 12), random.uniform(0.8, 1.2))
            varied = cv2.convertScaleAbs(cv2.warpAffine(crop, turn, (112, 112)), alpha=random.uniform(0.5, 1.3))
            yield {"data": _input(np.asarray(varied, dtype=np.uint8))}


def _quantize(model: Path, target: Path, picture: Picture, face: Face) -> None:
    quantization.quantize_static(
        str(model),
        str(target),
        _Faces(picture, face),
        quant_format=quantization.QuantFormat.QDQ,
        per_channel=True,
        op_types_to_quantize=["Conv", "Gemm"],
        activation_type=quantization.QuantType.QUInt8,
        weight_type=quantization.QuantType.QInt8,
    )


def _input(crop: Picture) -> Floats:
    rgb = cv2.cvtColor(crop, cv2.COLOR_BGR2RGB)
    return np.ascontiguousarray(rgb.transpose(2, 0, 1)[None], dtype=np.float32)


def _session(model: Path) -> Any:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def _in_turns(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """Time every call once a round, so that what else the machine does weighs on all alike."""
    took: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            began = time.perf_counter()
            call()
            took[name].append(time.perf_counter() - began)
    return {f"{name}_ms": round(float(np.median(seconds)) * 1000, 2) for name, seconds in took.items()}
