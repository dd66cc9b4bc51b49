"""The clients of barcode reader and document camera."""

from __future__ import annotations

import base64
import binascii

from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import Links
from firmware_bridge.client.pictures import Pictures
from firmware_bridge.client.waiting import Waiting
from firmware_bridge.protocol.client import Completed
from guitai.errors import GuitaiError
from guitai.messages.identity import CodeFailed, CodeRead, DocumentFailed, DocumentPhotographed

BARCODE_READER = "BarcodeReader"
CAMERA = "Camera"
CODE_MS = 60_000
PICTURE_MS = 10_000
_CAMERA_OF_THE_TRAY = "exitSlot"
_CODES = {"timeOut": "device.no_code", "canceled": "device.no_code", "barcodeInvalid": "device.code_unreadable"}


class Barcodes:
    """What core asks of the barcode reader."""

    def __init__(self, links: Links) -> None:
        self._waiting = Waiting(links, BARCODE_READER)

    async def read(self, request_id: str) -> CodeRead | CodeFailed:
        """Wait for a code and read it. Raises GuitaiError ``device.not_connected`` if nothing was sent."""
        try:
            done = await self._waiting.ask("BarcodeReader.Read", {}, CODE_MS)
        except GuitaiError as error:
            if error.retryable:
                raise
            return CodeFailed(request_id, error.code)
        if not done.ok:
            return CodeFailed(request_id, _CODES.get(done.answer) or code_of(done.answer))
        return _code(request_id, done) or CodeFailed(request_id, "device.code_unreadable")

    async def cancel(self) -> None:
        """Wait for a code no longer."""
        await self._waiting.cancel()


class Documents:
    """What core asks of the document camera."""

    def __init__(self, links: Links, pictures: Pictures) -> None:
        self._links, self._pictures = links, pictures

    async def photograph(self, request_id: str) -> DocumentPhotographed | DocumentFailed:
        """Take a picture of the tray. Raises GuitaiError ``device.not_connected``: asking again is safe."""
        wanted = {"camera": _CAMERA_OF_THE_TRAY}
        done = await self._links.of(CAMERA).ask("Camera.TakePicture", wanted, timeout_ms=PICTURE_MS)
        picture = _bytes(done.payload.get("pictureFile")) if done.ok else None
        if not picture:
            return DocumentFailed(request_id, "device.hardware" if done.ok else code_of(done.answer))
        return DocumentPhotographed(request_id, self._pictures.keep(picture))


def _code(request_id: str, done: Completed) -> CodeRead | None:
    for one in done.payload.get("readOutput") or ():
        data = _bytes(one.get("barcodeData"))
        if data:
            return CodeRead(request_id, str(one.get("symbology") or ""), data.decode("utf-8", "replace"))
    return None


def _bytes(text: str | None) -> bytes | None:
    try:
        return base64.b64decode(text or "", validate=True)
    except binascii.Error:
        return None
