"""The devices beyond card, PIN and cash, as core sees them: paper, ID cards, codes, documents, lights, the cabinet.

A branch need not have any of them but the receipt printer: a method of a device that is not there raises GuitaiError
``device.not_connected``, the others go on. The flows to come wait for `print_statement`, `retract_paper`, the methods of
code, `light`, `near`, `handset_lifted` and `headphones_in`.
"""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from typing import Any

from firmware_bridge.client.cabinet import Cabinet
from firmware_bridge.client.guide_lights import LIGHTS, Colour, GuideLights, LightName, Way
from firmware_bridge.client.id_cards import IdCards
from firmware_bridge.client.link import Link, Links
from firmware_bridge.client.pictures import Pictures
from firmware_bridge.client.printing import Printing, printer_of
from firmware_bridge.client.roles import ID_READER
from firmware_bridge.client.scanning import Barcodes, Documents
from firmware_bridge.drivers.id_card import IdCard
from firmware_bridge.protocol.client import Unsolicited
from guitai.messages.device import PaperRetracted, PaperTaken, PrintDone, Printer, PrintFailed
from guitai.messages.identity import (
    CodeFailed,
    CodeRead,
    DocumentFailed,
    DocumentPhotographed,
    IdCardFailed,
    IdCardRead,
)


class Desk:
    """The part of `DevicePort` that moves no money and no bank card."""

    def __init__(
        self,
        key: bytes,
        links: Links,
        emit: Callable[[object], None],
        spawn: Callable[[Coroutine[Any, Any, None]], None],
    ) -> None:
        self._emit, self._start = emit, spawn
        self._pictures = Pictures()
        self._cabinet = Cabinet(links, emit)
        self._lights = GuideLights(links, spawn)
        self._id_cards = IdCards(key, links, self._pictures, emit)
        self._barcodes = Barcodes(links)
        self._documents = Documents(links, self._pictures)
        self._printing = Printing(links)

    @property
    def near(self) -> bool | None:
        """Whether the proximity sensor sees somebody; None without one."""
        return self._cabinet.near

    @property
    def handset_lifted(self) -> bool | None:
        """Whether the handset is off its hook; None without one."""
        return self._cabinet.handset_lifted

    @property
    def headphones_in(self) -> bool | None:
        """Whether headphones are plugged in; None without a socket that notices."""
        return self._cabinet.headphones_in

    async def print_receipt(self, request_id: str, title: str, lines: tuple[str, ...]) -> PrintDone | PrintFailed:
        """Print a receipt; PaperTaken follows when it is taken, if the printer has such a sensor."""
        return await self._printing.print(request_id, "printer", title, lines)

    async def print_statement(self, request_id: str, title: str, lines: tuple[str, ...]) -> PrintDone | PrintFailed:
        """Print a statement on as many sheets as it needs."""
        return await self._printing.print(request_id, "statement_printer", title, lines)

    async def retract_paper(self, request_id: str, printer: Printer) -> PaperRetracted | PrintFailed:
        """Take paper back that nobody took: it may say whose account it is."""
        return await self._printing.retract(request_id, printer)

    async def read_id_card(self, request_id: str) -> IdCardRead | IdCardFailed:
        """Wait for an ID card and read it; IdCardTaken follows when it is taken, if the reader notices."""
        return await self._id_cards.read(request_id)

    async def cancel_id_card(self) -> None:
        """Wait for an ID card no longer: `read_id_card` answers with ``device.no_id_card``."""
        await self._id_cards.cancel()

    def id_card(self, person_token: str) -> IdCard | None:
        """Return the whole card behind a token; None once it is forgotten. Personal data: memory only."""
        return self._id_cards.card(person_token)

    def picture(self, reference: str) -> bytes | None:
        """Return a portrait or a document's picture; None once it is forgotten."""
        return self._pictures.get(reference)

    def drop_picture(self, reference: str) -> None:
        """Forget a picture that nobody needs any more."""
        self._pictures.drop(reference)

    def forget_person(self) -> None:
        """Forget ID card and pictures: the customer has gone."""
        self._id_cards.forget()
        self._pictures.forget()

    async def read_code(self, request_id: str) -> CodeRead | CodeFailed:
        """Wait for a barcode and read it."""
        return await self._barcodes.read(request_id)

    async def cancel_code(self) -> None:
        """Wait for a barcode no longer: `read_code` answers with ``device.no_code``."""
        await self._barcodes.cancel()

    async def photograph_document(self, request_id: str) -> DocumentPhotographed | DocumentFailed:
        """Take a picture of what lies on the document camera's tray."""
        return await self._documents.photograph(request_id)

    def light(self, name: LightName, way: Way, colour: Colour = "green") -> None:
        """Set a guidance light; those at exits follow by themselves what stands there."""
        self._lights.set(name, way, colour)

    async def acknowledge_mode(self, device: str, enter: bool) -> None:
        """Let a device that asked by ModeWanted enter or leave its maintenance mode; only between sessions."""
        await self._cabinet.acknowledge(device, enter)

    def _desk_up(self, link: Link) -> None:
        """A service came up; its status was judged already."""
        self._start(self._cabinet.came_up(link))
        if LIGHTS in link.interfaces:
            self._lights.came_up()

    def _desk_down(self, link: Link) -> None:
        """A service went away."""
        self._cabinet.went_down(link)

    def _desk_judge(self, link: Link) -> None:
        """A service's status is new."""
        self._cabinet.judge(link)
        self._lights.follow(link)

    def _desk_heard(self, link: Link, event: Unsolicited) -> None:
        """Something happened by itself."""
        match event.name:
            case "CardReader.MediaRemovedEvent" if ID_READER in link.interfaces:
                self._id_cards.removed()
            case "Printer.MediaTakenEvent":
                self._emit(PaperTaken(printer_of(link)))
