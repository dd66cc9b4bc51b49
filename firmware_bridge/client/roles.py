"""What a service is for us: its interfaces, told apart where the catalogue has one name for two kinds of device."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

ID_READER = "IdCardReader"
"""A CardReader that reads chips of ISO 14443 type B without contact and nothing else: Chinese ID cards are such chips."""

STATEMENT_PRINTER = "StatementPrinter"
"""A Printer that prints documents; one that prints receipts as well plays both roles."""


def roles(interfaces: frozenset[str], capabilities: Mapping[str, Any]) -> frozenset[str]:
    """Return the roles of a service with these interfaces and this payload of Common.Capabilities."""
    played = set(interfaces)
    if "CardReader" in played and _reads_only_type_b(_true(_part(capabilities, "cardReader"), "chipProtocols")):
        played = played - {"CardReader"} | {ID_READER}
    if "Printer" in played and "document" in (kinds := _true(_part(capabilities, "printer"), "type")):
        played = (played if "receipt" in kinds else played - {"Printer"}) | {STATEMENT_PRINTER}
    return frozenset(played)


def _reads_only_type_b(protocols: frozenset[str]) -> bool:
    return protocols == {"chipTypeB"}


def _true(part: Mapping[str, Any], name: str) -> frozenset[str]:
    return frozenset(key for key, holds in _part(part, name).items() if holds is True)


def _part(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = data.get(name)
    return part if isinstance(part, dict) else {}
