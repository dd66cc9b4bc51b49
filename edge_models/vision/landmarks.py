"""478 landmarks and 52 blendshapes of one face: the networks of MediaPipe's Face Landmarker, run in OpenVINO.

The task file is a zip of tflite networks. Running two of them ourselves on YuNet's box instead of importing mediapipe
saves some 150 MB, ten threads and half the time; a test holds the results against mediapipe's own.
Sources: Grishchenko et al., "Attention Mesh", 2020; MediaPipe model card "Blendshape V2".
"""

from __future__ import annotations

import math
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from edge_models.vision.looks import Face
from edge_models.vision.runtime import compiled
from guitai.errors import GuitaiError
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

# fmt: off
BLENDSHAPES = (
    "_neutral", "browDownLeft", "browDownRight", "browInnerUp", "browOuterUpLeft", "browOuterUpRight", "cheekPuff",
    "cheekSquintLeft", "cheekSquintRight", "eyeBlinkLeft", "eyeBlinkRight", "eyeLookDownLeft", "eyeLookDownRight",
    "eyeLookInLeft", "eyeLookInRight", "eyeLookOutLeft", "eyeLookOutRight", "eyeLookUpLeft", "eyeLookUpRight",
    "eyeSquintLeft", "eyeSquintRight", "eyeWideLeft", "eyeWideRight", "jawForward", "jawLeft", "jawOpen", "jawRight",
    "mouthClose", "mouthDimpleLeft", "mouthDimpleRight", "mouthFrownLeft", "mouthFrownRight", "mouthFunnel",
    "mouthLeft", "mouthLowerDownLeft", "mouthLowerDownRight", "mouthPressLeft", "mouthPressRight", "mouthPucker",
    "mouthRight", "mouthRollLower", "mouthRollUpper", "mouthShrugLower", "mouthShrugUpper", "mouthSmileLeft",
    "mouthSmileRight", "mouthStretchLeft", "mouthStretchRight", "mouthUpperUpLeft", "mouthUpperUpRight",
    "noseSneerLeft", "noseSneerRight",
)
# fmt: on
"""ARKit's names in the network's order."""

Points = npt.NDArray[np.floating[Any]]


@dataclass(frozen=True, slots=True)
class Landmarks:
    """One face in detail."""

    points: Points
    """478 x 2, in pixels of the picture; 33 and 263 are the outer corners of the right and the left eye."""

    blendshapes: dict[str, float]
    """Each in [0, 1]."""

    @property
    def roll_rad(self) -> float:
        """Angle of the line through the eyes."""
        across = self.points[263] - self.points[33]
        return math.atan2(across[1], across[0])


class Landmarker:
    """Finds the landmarks of a face that was detected. One call takes about 3 ms.

    Raises:
        GuitaiError: ``vision.bad_model``.
    """

    def __init__(self, task: Path) -> None:
        with tempfile.TemporaryDirectory(prefix="guitai-") as folder:  # OpenVINO reads tflite from files only
            try:
                with zipfile.ZipFile(task) as bundle:
                    mesh, shapes = (Path(bundle.extract(name, folder)) for name in NETWORKS)
            except (OSError, KeyError, zipfile.BadZipFile) as error:
                raise GuitaiError("vision.bad_model", model=task.name) from error
            self._mesh = compiled(mesh, [1, INPUT_PX, INPUT_PX, 3])
            self._shapes = compiled(shapes)
        self._subset = np.array([int(number) for number in OUTLINE_AND_FEATURES.split()])

    def find(self, picture: Picture, face: Face) -> Landmarks | None:
        """Return the landmarks of `face`, or None when it turns out not to be one."""
        (right_x, right_y), (left_x, left_y), *_ = face.points
        roll = math.atan2(left_y - right_y, left_x - right_x)
        back = square(face.centre, MARGIN * max(face.width, face.height), roll, INPUT_PX)
        crop = cv2.cvtColor(cut(picture, back, INPUT_PX), cv2.COLOR_BGR2RGB)
        self._mesh.infer({0: np.asarray(crop, dtype=np.float32)[None] / 255})
        if self._mesh.get_output_tensor(1).data.item() < PRESENCE_LOGIT:
            return None
        inside = np.array(self._mesh.get_output_tensor(0).data).reshape(478, 3)[:, :2]
        points = inside @ back[:, :2].T + back[:, 2]
        self._shapes.infer({0: points[self._subset][None].astype(np.float32)})
        scores = (float(score) for score in self._shapes.get_output_tensor(0).data.ravel())
        return Landmarks(points, dict(zip(BLENDSHAPES, scores, strict=True)))


def square(centre: tuple[float, float], side: float, roll_rad: float, pixels: int) -> Points:
    """Return the 2 x 3 matrix that leads from a crop of `pixels` squared back into the picture."""
    scale = side / pixels
    cos, sin = scale * math.cos(roll_rad), scale * math.sin(roll_rad)
    half = pixels / 2
    return np.array([[cos, -sin, centre[0] - half * (cos - sin)], [sin, cos, centre[1] - half * (sin + cos)]])


def cut(picture: Picture, back: Points, pixels: int) -> Picture:
    """Return the crop that `back` (see `square`) leads out of; beyond the edge the border is repeated."""
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    crop = cv2.warpAffine(picture, back, (pixels, pixels), flags=flags, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, dtype=np.uint8)
