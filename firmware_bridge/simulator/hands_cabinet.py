"""Hands at the cabinet: doors, alarms, the operator's switch, the panel's keys, paper; a customer's at handset and headphones."""

from __future__ import annotations

from typing import Any

from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.gestures import AtPrinter, Gesture, GestureTable


class _Sensor(Gesture):
    sensor: str
    value: str


class _Mode(Gesture):
    enter: bool


class _Ear(Gesture):
    at_ear: bool


class CabinetHands:
    """Gestures at the cabinet."""

    def __init__(self, branch: Branch) -> None:
        self._branch = branch
        self.table: GestureTable = {
            "set_sensor": (_Sensor, self._set_sensor),
            "move_handset": (_Ear, self._move_handset),
            "plug_headphones": (_Ear, self._plug_headphones),
            "press_mode_key": (_Mode, self._press_mode_key),
            "end_application": (Gesture, self._end_application),
            "load_paper": (AtPrinter, self._load_paper),
        }

    def state(self) -> dict[str, Any]:
        """Return how cabinet, panel and lights are."""
        return {
            device.name: device.shown() for device in (self._branch.cabinet, self._branch.panel, self._branch.lamps)
        }

    async def _set_sensor(self, wanted: _Sensor) -> dict[str, Any]:
        self._branch.cabinet.set_sensor(wanted.sensor, wanted.value)
        return {}

    async def _move_handset(self, wanted: _Ear) -> dict[str, Any]:
        self._branch.cabinet.set_sensor("handset", "offTheHook" if wanted.at_ear else "onTheHook")
        return {}

    async def _plug_headphones(self, wanted: _Ear) -> dict[str, Any]:
        self._branch.cabinet.set_sensor("headphones", "present" if wanted.at_ear else "notPresent")
        return {}

    async def _press_mode_key(self, wanted: _Mode) -> dict[str, Any]:
        self._branch.panel.ask(wanted.enter)
        return {}

    async def _end_application(self, _wanted: Gesture) -> dict[str, Any]:
        self._branch.panel.run("")
        return {}

    async def _load_paper(self, wanted: AtPrinter) -> dict[str, Any]:
        self._branch.printers[wanted.printer].load()
        return {}
