"""A customer's hands: an ID card on the glass, a code before the window, a document on the tray, paper at the exits."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field

from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.simulator.barcode_reader import Code, Symbology
from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.gestures import AtPrinter, Gesture, GestureTable, something_there
from guitai.errors import GuitaiError

LARGEST_PHOTO_BYTES = 200_000


class _IdCard(Gesture):
    """A made-up resident's card."""

    name: Annotated[str, Field(min_length=1, max_length=30)]
    number: Annotated[str, Field(pattern=r"^\d{17}[\dX]$")]
    sex: Literal["male", "female"] = "female"
    nation: Annotated[str, Field(max_length=10)] = "汉"
    birth: datetime.date
    address: Annotated[str, Field(max_length=70)] = ""
    issuer: Annotated[str, Field(max_length=30)] = ""
    valid_from: datetime.date
    valid_to: datetime.date | None = None
    photo: Path | None = None


class _Code(Gesture):
    symbology: Symbology
    text: Annotated[str, Field(min_length=1, max_length=2000)]


class _Document(Gesture):
    document: Path


class DeskHands:
    """Gestures at the customer's side."""

    def __init__(self, branch: Branch, patience_s: float) -> None:
        self._branch, self._patience_s = branch, patience_s
        self.table: GestureTable = {
            "lay_id_card": (_IdCard, self._lay_id_card),
            "take_id_card": (Gesture, self._take_id_card),
            "show_code": (_Code, self._show_code),
            "take_code": (Gesture, self._take_code),
            "lay_document": (_Document, self._lay_document),
            "take_document": (Gesture, self._take_document),
            "take_paper": (AtPrinter, self._take_paper),
        }

    def state(self) -> dict[str, Any]:
        """Return how the devices of the desk are; of an ID card only whether it is there."""
        branch = self._branch
        glass = branch.id_reader.state
        return {
            "id_reader": {"card": glass.card is not None, "taken": glass.taken, "condition": glass.condition},
            **{name: {**printer.shown(), "paper": printer.paper} for name, printer in branch.printers.items()},
            "barcode_reader": branch.barcode_reader.shown(),
            "document_camera": branch.document_camera.shown(),
        }

    async def _lay_id_card(self, wanted: _IdCard) -> dict[str, Any]:
        fields = wanted.model_dump(exclude={"photo"})
        self._branch.id_reader.lay(IdCard(kind="resident", photo=_bytes(wanted.photo), **fields))
        return {}

    async def _take_id_card(self, _wanted: Gesture) -> dict[str, Any]:
        reader = self._branch.id_reader
        await something_there(reader.until(lambda glass: glass.card is not None), reader.name, self._patience_s)
        reader.take()
        return {}

    async def _show_code(self, wanted: _Code) -> dict[str, Any]:
        self._branch.barcode_reader.show(Code(wanted.symbology, wanted.text))
        return {}

    async def _take_code(self, _wanted: Gesture) -> dict[str, Any]:
        self._branch.barcode_reader.show(None)
        return {}

    async def _lay_document(self, wanted: _Document) -> dict[str, Any]:
        self._branch.document_camera.lay(wanted.document)
        return {}

    async def _take_document(self, _wanted: Gesture) -> dict[str, Any]:
        self._branch.document_camera.lay(None)
        return {}

    async def _take_paper(self, wanted: AtPrinter) -> dict[str, Any]:
        printer = self._branch.printers[wanted.printer]
        await something_there(printer.until(lambda s: s.place == "exit"), printer.name, self._patience_s)
        return {"title": printer.take().title}


def _bytes(photo: Path | None) -> bytes:
    if photo is None:
        return b""
    try:
        data = photo.read_bytes()
    except OSError as error:
        raise GuitaiError("device.bad_hand", request="lay_id_card", reason=f"{photo}: {error.strerror}") from error
    if len(data) > LARGEST_PHOTO_BYTES:
        reason = f"{photo} has over {LARGEST_PHOTO_BYTES} bytes"
        raise GuitaiError("device.bad_hand", request="lay_id_card", reason=reason)
    return data
