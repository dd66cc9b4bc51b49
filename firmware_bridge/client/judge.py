"""What a status means: is the device usable, and if not, which code of ours says why."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from firmware_bridge.client.roles import STATEMENT_PRINTER

_COMMON = {
    "offline": "device.offline",
    "powerOff": "device.offline",
    "noDevice": "device.offline",
    "hardwareError": "device.hardware",
    "userError": "device.hardware",
    "fraudAttempt": "device.tampered",
}
_ANSWERS = {
    "mediaJam": "device.card_jam",
    "noMedia": "device.no_card",
    "full": "device.retain_full",
    "invalidMedia": "device.card_unreadable",
    "cardTooShort": "device.card_unreadable",
    "cardTooLong": "device.card_unreadable",
    "securityFail": "device.card_unreadable",
    "notDispensable": "device.not_dispensable",
    "invalidDenomination": "device.not_dispensable",
    "tooManyItems": "device.too_many_notes",
    "itemsLeft": "device.items_left",
    "noItems": "device.no_items",
    "exchangeActive": "device.exchange_active",
    "incompleteRetract": "device.retract_incomplete",
    "cashInActive": "device.cash_in_active",
    "transactionActive": "device.cash_in_active",
    "noCashInActive": "device.no_cash_in",
    "noExchangeActive": "device.no_exchange",
    "positionNotEmpty": "device.tray_not_empty",
    "cashUnitError": "device.cash_unit",
    "storageUnitError": "device.cash_unit",
    "authorisationRequired": "device.token_refused",
    "noCommandNonce": "device.token_refused",
    "paperOut": "device.paper_out",
    "paperJammed": "device.paper_jam",
    "mediaJammed": "device.paper_jam",
    "noMediaPresent": "device.no_paper",
    "retractBinFull": "device.paper_bin_full",
    "cameraInoperable": "device.hardware",
    "fraudAttempt": "device.tampered",
    "deviceNotReady": "device.offline",
    "hardwareError": "device.hardware",
}


def code_of(answer: str) -> str:
    """Return our code for an XFS4IoT completion or error code."""
    if answer.startswith("invalidToken"):
        return "device.token_refused"
    return _ANSWERS.get(answer, "device.failed")


def fault_of(interface: str, status: Mapping[str, Any]) -> str:
    """Return the code of what makes the device behind `interface` unusable, or an empty string."""
    exact = _FAULTS.get(interface, _nothing)(status)
    general = _COMMON.get(str(_part(status, "common").get("device")), "")
    if general == "device.tampered" or not exact:
        return general
    return exact


def _card_reader(status: Mapping[str, Any]) -> str:
    return "device.card_jam" if _part(status, "cardReader").get("media") == "jammed" else ""


def _pin_pad(status: Mapping[str, Any]) -> str:
    state = _part(status, "keyManagement").get("encryptionState", "ready")
    return "" if str(state) in {"ready", "busy"} else "device.pin_pad"


def _dispenser(status: Mapping[str, Any]) -> str:
    if _part(status, "common").get("exchange") == "active":
        return "device.exchange_active"
    return "device.cash_stopped" if _part(status, "cashManagement").get("dispenser") == "stop" else ""


def _acceptor(status: Mapping[str, Any]) -> str:
    if _part(status, "common").get("exchange") == "active":
        return "device.exchange_active"
    return "device.cash_in_stopped" if _part(status, "cashManagement").get("acceptor") == "stop" else ""


def _printer(status: Mapping[str, Any]) -> str:
    paper = _part(_part(status, "printer"), "paper").get("upper")
    return {"out": "device.paper_out", "jammed": "device.paper_jam"}.get(str(paper), "")


def _barcode_reader(status: Mapping[str, Any]) -> str:
    return "device.hardware" if _part(status, "barcodeReader").get("scanner") == "inoperative" else ""


def _nothing(_status: Mapping[str, Any]) -> str:
    return ""


def _part(status: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = status.get(name)
    return part if isinstance(part, dict) else {}


_FAULTS = {
    "CardReader": _card_reader,
    "PinPad": _pin_pad,
    "CashDispenser": _dispenser,
    "CashAcceptor": _acceptor,
    "Printer": _printer,
    STATEMENT_PRINTER: _printer,
    "BarcodeReader": _barcode_reader,
}
"""By role; of the others ``common.device`` says all there is to say."""
