"""A simulated document camera: it looks down on a tray and takes pictures of what lies there."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np

from firmware_bridge.simulator.device import Device
from guitai.errors import GuitaiError

LONGEST_SIDE_PX = 1600
JPEG_QUALITY = 85
_EMPTY_TRAY = np.full((1200, 1600, 3), 96, np.uint8)


@dataclass(frozen=True, slots=True)
class Tray:
    """What lies under the camera."""

    document: str = ""
    """Path of a picture that stands for the document; empty when the tray is empty."""

    pictures: int = 0
    condition: str = ""


class DocumentCamera(Device[Tray]):
    """Takes pictures as JPEG."""

    def __init__(self, folder: Path, pace_s: float = 0.0) -> None:
        super().__init__("document_camera", folder, Tray(), pace_s)

    def lay(self, document: Path | None) -> None:
        """Lay a document on the tray, or take it away (a hand does). Raises GuitaiError ``device.bad_hand``."""
        if document is not None and not (document.is_file() and cv2.imread(str(document)) is not None):
            raise GuitaiError("device.bad_hand", request="lay_document", reason=f"{document} is no picture")
        self.become(replace(self.state, document="" if document is None else str(document)))

    async def take_picture(self) -> bytes:
        """Return a JPEG of the tray, `LONGEST_SIDE_PX` at most. Raises GuitaiError ``device.hardware``."""
        await self._motion()
        pixels = cv2.imread(self.state.document) if self.state.document else _EMPTY_TRAY
        if pixels is None or self.faults.strikes("no_picture"):
            raise GuitaiError("device.hardware", device=self.name)
        scale = min(1.0, LONGEST_SIDE_PX / max(pixels.shape[:2]))
        if scale < 1.0:
            pixels = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        _, jpeg = cv2.imencode(".jpg", pixels, [cv2.IMWRITE_JPEG_QUALITY, JPEG_QUALITY])
        self.become(replace(self.state, pictures=self.state.pictures + 1), "picture.done")
        return jpeg.tobytes()
