"""The clients of barcode reader and document camera."""

from __future__ import annotations

from firmware_bridge.client.judge import code_of
from firmware_bridge.client.link import Links
from firmware_bridge.client.pictures import Pictures
from firmware_bridge.client.waiting import Waiting
from firmware_bridge.generated.barcode_reader import ReadCommand, ReadCompletion
from firmware_bridge.generated.camera import TakePictureCommand, TakePictureCompletion
from firmware_bridge.protocol.client import Completed
from firmware_bridge.protocol.typed import read
from guitai.messages.identity import CodeFailed, CodeRead, DocumentFailed, DocumentPhotographed

BARCODE_READER = "BarcodeReader"
CAMERA = "Camera"
CODE_MS = 60_000
PICTURE_MS = 10_000
_CODES = {"timeOut": "device.no_code", "canceled": "device.no_code", "barcodeInvalid": "device.code_unreadable"}


class Barcodes:
    """What core asks of the barcode reader."""

    def __init__(self, links: Links) -> None:
        self._waiting = Waiting(links, BARCODE_READER)

    async def read(self, request_id: str) -> CodeRead | CodeFailed:
        """Wait for a code and read it. Raises GuitaiError ``device.not_connected``; asking again is always safe."""
        done = await self._waiting.ask(ReadCommand(), CODE_MS)
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
        done = await self._links.of(CAMERA).ask(TakePictureCommand(camera="exitSlot"), timeout_ms=PICTURE_MS)
        picture = read(done, TakePictureCompletion).pictureFile if done.ok else None
        if not picture:
            return DocumentFailed(request_id, "device.hardware" if done.ok else code_of(done.answer))
        return DocumentPhotographed(request_id, self._pictures.keep(picture))


def _code(request_id: str, done: Completed) -> CodeRead | None:
    for one in read(done, ReadCompletion).readOutput or ():
        if one.barcodeData:
            return CodeRead(request_id, one.symbology or "symbologyUnknown", one.barcodeData.decode("utf-8", "replace"))
    return None
