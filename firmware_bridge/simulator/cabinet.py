"""The simulated cabinet: doors, alarms, the operator's switch, mains power, who stands before it, handset and headphones."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from firmware_bridge.simulator.device import Device
from guitai.errors import GuitaiError

SENSORS: dict[str, tuple[str, ...]] = {
    "operator_switch": ("run", "maintenance", "supervisor"),
    "cabinet_door": ("closed", "open", "locked", "bolted", "tampered"),
    "safe_door": ("closed", "open", "locked", "bolted", "tampered"),
    "tamper": ("off", "on"),
    "seismic": ("off", "on"),
    "power": ("mains", "battery", "battery_low"),
    "proximity": ("notPresent", "present"),
    "handset": ("onTheHook", "offTheHook"),
    "headphones": ("notPresent", "present"),
}
"""Each sensor and how it may stand; the first is how it stands at rest."""

AT_REST = {sensor: values[0] for sensor, values in SENSORS.items()}
_PEOPLE = ("proximity", "handset", "headphones")


@dataclass(frozen=True, slots=True)
class Sensors:
    """How every sensor of `SENSORS` stands."""

    operator_switch: str = "run"
    cabinet_door: str = "closed"
    safe_door: str = "closed"
    tamper: str = "off"
    seismic: str = "off"
    power: str = "mains"
    proximity: str = "notPresent"
    handset: str = "onTheHook"
    headphones: str = "notPresent"
    condition: str = ""


class Cabinet(Device[Sensors]):
    """Sensors stand as somebody last moved them, also after a power cut."""

    def __init__(self, folder: Path) -> None:
        super().__init__("auxiliaries", folder, Sensors())

    def set_sensor(self, sensor: str, value: str) -> None:
        """Open a door, turn the switch, shake the safe (a hand does). Raises GuitaiError ``device.bad_hand``."""
        if value not in SENSORS.get(sensor, ()):
            known = "; ".join(f"{name}: {', '.join(values)}" for name, values in SENSORS.items())
            raise GuitaiError("device.bad_hand", request="set_sensor", reason=f"the sensors are {known}")
        change: dict[str, Any] = {sensor: value}
        self.become(replace(self.state, **change), "sensor.set")

    def clear_faults(self) -> None:
        """Close the doors, reset the alarms, bring the mains back; people stay where they are."""
        super().clear_faults()
        rest: dict[str, Any] = {sensor: value for sensor, value in AT_REST.items() if sensor not in _PEOPLE}
        if (mended := replace(self.state, **rest)) != self.state:
            self.become(mended)
