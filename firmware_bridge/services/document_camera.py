"""Service DocumentCamera: one camera that looks down on the tray; the catalogue calls such a place ``exitSlot``."""

from __future__ import annotations

import base64
from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.document_camera import DocumentCamera
from guitai.errors import GuitaiError

CAMERA = "exitSlot"


class DocumentCameraService(Service):
    """The picture comes in the completion; the device keeps none."""

    name = "DocumentCamera"
    interfaces = ("Camera",)
    asks_only = frozenset({"Camera.TakePicture"})

    def __init__(self, camera: DocumentCamera) -> None:
        super().__init__(camera)
        self._camera = camera
        self.handlers |= {"Camera.TakePicture": self._take_picture, "Camera.Reset": self._reset}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with the camera."""
        tray = self._camera.state
        working = {CAMERA: "inop" if tray.condition else "ok"}
        return {**super().status(), "camera": {"cameras": working, "pictures": {CAMERA: tray.pictures}}}

    def capabilities(self) -> dict[str, Any]:
        """Return which camera there is."""
        return {"camera": {"cameras": {CAMERA: True}, "camData": {"autoAdd": False, "manAdd": False}}}

    async def _take_picture(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self.refusal():
            return refusal
        if job.payload.get("camera", CAMERA) != CAMERA:
            return error("cameraNotSupported")
        try:
            picture = await self._camera.take_picture()
        except GuitaiError:
            return error("cameraInoperable")
        return Completion(payload={"pictureFile": base64.b64encode(picture).decode()})

    async def _reset(self, _job: Job, _emit: Emit) -> Completion:
        return self.refusal() or Completion()
