"""Device: the state of peripherals as a whole, the printer, the link."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from guitai.messages.codec import effect, event

Device = Literal[
    "card_reader", "pin_pad", "dispenser", "acceptor", "printer", "speech", "vision", "window", "sync", "devices",
    "statement_printer", "id_reader", "barcode_reader", "document_camera", "auxiliaries", "operator_panel", "lights",
    "microphone", "loudspeaker", "handset", "camera",
]  # fmt: skip
Printer = Literal["printer", "statement_printer"]


@event("device.state")
@dataclass(frozen=True, slots=True)
class DeviceState:
    """A device or process became usable or unusable."""

    device: Device
    usable: bool
    code: str = ""


@event("device.tampered")
@dataclass(frozen=True, slots=True)
class Tampered:
    """A tamper, seismic or door sensor fired."""

    sensor: str


@event("device.changed")
@dataclass(frozen=True, slots=True)
class DeviceChanged:
    """A device that tells who the customer is is not the one this kiosk knows, by model and serial number."""

    device: Device


@event("device.private_ear")
@dataclass(frozen=True, slots=True)
class PrivateEar:
    """The handset is off its hook or headphones are plugged in, or neither is any more: whether only the customer hears."""

    at_ear: bool
    moved: bool = True
    """Whether somebody has just done it; else it is how things stand when the sensors are first asked, or could be lost."""


@event("device.link")
@dataclass(frozen=True, slots=True)
class LinkState:
    """The line to the bank host and headquarters is up or down."""

    online: bool


@event("print.done")
@dataclass(frozen=True, slots=True)
class PrintDone:
    """Paper came out."""

    request_id: str


@event("print.failed")
@dataclass(frozen=True, slots=True)
class PrintFailed:
    """No paper came out; the screen says so."""

    request_id: str
    code: str


@event("print.taken")
@dataclass(frozen=True, slots=True)
class PaperTaken:
    """The customer took the paper from the exit."""

    printer: Printer


@event("print.retracted")
@dataclass(frozen=True, slots=True)
class PaperRetracted:
    """Paper that nobody took is back inside."""

    request_id: str


@effect("print.receipt")
@dataclass(frozen=True, slots=True)
class PrintReceipt:
    """Print lines of text."""

    request_id: str
    title: str
    lines: tuple[str, ...]


@effect("print.offered")
@dataclass(frozen=True, slots=True)
class OfferReceipt:
    """A receipt is to be had by a reference that a phone reads from the screen: the bank's own service shows it, once."""

    reference: str
    """Says nothing by itself and cannot be guessed (80 bits)."""

    title: str
    lines: tuple[str, ...]
