"""Landmarks by OpenVINO: the two networks of the task file that are needed, run on YuNet's box in this thread.

The task file is a zip of tflite networks. Against mediapipe this saves some 120 MB, six threads and half the time.
"""

from __future__ import annotations

import math
from pathlib import Path

import cv2
import numpy as np

from edge_models.vision.crops import cut, square
from edge_models.vision.looks import Face
from edge_models.vision.mesh import BLENDSHAPES, POINTS, Mesh
from edge_models.vision.runtime import compiled, unpacked
from guitai.wire.rings import Picture

NETWORKS = ("face_landmarks_detector.tflite", "face_blendshapes.tflite")
INPUT_PX = 256
MARGIN = 1.5
"""Side of the square looked at, in sizes of the face."""
PRESENCE_LOGIT = 0.0
"""The network's own doubt whether it looks at a face at all."""

OUTLINE_AND_FEATURES = (
    "0 1 4 5 6 7 8 10 13 14 17 21 33 37 39 40 46 52 53 54 55 58 61 63 65 66 67 70 78 80 81 82 84 87 88 91 93 95 103 105 "
    "107 109 127 132 133 136 144 145 146 148 149 150 152 153 154 155 157 158 159 160 161 162 163 168 172 173 176 178 "
    "181 185 191 195 197 234 246 249 251 263 267 269 270 276 282 283 284 285 288 291 293 295 296 297 300 308 310 311 "
    "312 314 317 318 321 323 324 332 334 336 338 356 361 362 365 373 374 375 377 378 379 380 381 382 384 385 386 387 "
    "388 389 390 397 398 400 402 405 409 415 454 466 468 469 470 471 472 473 474 475 476 477"
)
"""The landmarks the blendshape network was trained on."""


class OpenvinoLandmarks:
    """The `Landmarks` of OpenVINO. One call takes about 3 ms.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, task: Path) -> None:
        with unpacked(task, *NETWORKS) as (mesh, shapes):
            self._mesh = compiled(mesh, [1, INPUT_PX, INPUT_PX, 3])
            self._shapes = compiled(shapes)
        self._subset = np.array([int(number) for number in OUTLINE_AND_FEATURES.split()])

    def find(self, picture: Picture, face: Face) -> Mesh | None:
        """Return the landmarks of `face`, or None when it turns out not to be one."""
        (right_x, right_y), (left_x, left_y), *_ = face.points
        roll = math.atan2(left_y - right_y, left_x - right_x)
        back = square(face.centre, MARGIN * max(face.width, face.height), roll, INPUT_PX)
        crop = cv2.cvtColor(cut(picture, back, INPUT_PX), cv2.COLOR_BGR2RGB)
        np.multiply(crop, np.float32(1 / 255), out=self._mesh.get_input_tensor(0).data[0])
        self._mesh.infer()
        if self._mesh.get_output_tensor(1).data.item() < PRESENCE_LOGIT:
            return None
        inside = np.array(self._mesh.get_output_tensor(0).data).reshape(POINTS, 3)[:, :2]
        points = inside @ back[:, :2].T + back[:, 2]
        self._shapes.infer({0: points[self._subset][None].astype(np.float32)})
        scores = (float(score) for score in self._shapes.get_output_tensor(0).data.ravel())
        return Mesh(points, dict(zip(BLENDSHAPES, scores, strict=True)))

    def close(self) -> None:
        """Nothing runs in the background."""
