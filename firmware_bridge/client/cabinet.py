"""The client of the cabinet's sensors and of the vendor's maintenance mode."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, get_args

from firmware_bridge.client.link import Link, Links
from firmware_bridge.generated.auxiliaries import RegisterCommand as RegisterSensors
from firmware_bridge.generated.vendor_mode import EnterModeAcknowledgeCommand, ExitModeAcknowledgeCommand
from firmware_bridge.generated.vendor_mode import RegisterCommand as RegisterApplication
from guitai.messages.branch import ModeWanted, Sensor, SensorChanged
from guitai.messages.device import PrivateEar, Tampered

AUXILIARIES = "Auxiliaries"
VENDOR_MODE = "VendorMode"
APP_NAME = "guitai"
_SHUT = frozenset({"closed", "locked", "bolted"})
_ALARMS: tuple[Sensor, ...] = ("tamper", "seismic")
_REGISTERED = {
    "operatorSwitch": "operatorSwitch",
    "tamperSensor": "tamperSensor",
    "seismicSensor": "seismicSensor",
    "proximitySensor": "proximitySensor",
    "handsetSensor": "handsetSensor",
    "enhancedAudioSensor": "enhancedAudioSensor",
    "cabinetDoor": "cabinetDoor",
    "safeDoor": "safeDoor",
    "ups": "UPS",
}
"""What is asked for, by the names of Auxiliaries.Register and of Common.Status."""

_FRONT_DOORS = ("cabinetDoor", "cabinetFrontDoor", "cabinetRearDoor", "cabinetLeftDoor", "cabinetRightDoor")


class Cabinet:
    """Tells how the sensors stand, at first each once and then what changes."""

    def __init__(self, links: Links, emit: Callable[[object], None]) -> None:
        self._links, self._emit = links, emit
        self._told: dict[Sensor, bool] = {}
        self._sensors: dict[str, Mapping[str, Any]] = {}
        """As each service told them last, by its name; one that is away, too."""

        self._modes: dict[str, Mapping[str, Any]] = {}
        self._up: set[str] = set()
        """The services with sensors that are there."""

        self._wanted: dict[str, bool] = {}
        self._at_ear: bool | None = None
        """Whether the customer alone hears; None while there is no sensor to say so."""

    @property
    def near(self) -> bool | None:
        """Whether somebody stands before the kiosk; None without such a sensor, or while it is away."""
        return _is(self._there.get("proximitySensor"), "present")

    @property
    def handset_lifted(self) -> bool | None:
        """Whether the handset is off its hook; None without one, or while it is away."""
        return _is(self._there.get("handsetSensor"), "offTheHook")

    @property
    def headphones_in(self) -> bool | None:
        """Whether headphones are plugged in; None without a socket that notices, or while it is away."""
        return _is(self._there.get("enhancedAudioSensor"), "present")

    async def came_up(self, link: Link) -> None:
        """Say to a service (again) what we want to be told of. Raises GuitaiError ``device.not_connected``."""
        if AUXILIARIES in link.interfaces:
            own = self._sensors.get(link.name, {})
            there = [name for name, shown in _REGISTERED.items() if shown in own]
            await link.ask(RegisterSensors(entries=dict.fromkeys(there, "register")))
        if VENDOR_MODE in link.interfaces:
            await link.ask(RegisterApplication(appName=APP_NAME))

    def went_down(self, link: Link) -> None:
        """A service is away: when it is back, it may ask again for the mode in which it waits.

        Doors and switches stay as they stood: a line that broke shuts none of them. Only that a customer hears alone is
        taken back: nobody would notice that the handset is hung up.
        """
        self._wanted.pop(link.name, None)
        if AUXILIARIES in link.interfaces:
            self._up.discard(link.name)
            self._tell_ear(alone_of(self._there))

    def judge(self, link: Link) -> None:
        """Take in how a service stands and tell what is new."""
        if AUXILIARIES in link.interfaces:
            self._sensors[link.name] = link.status.get("auxiliaries") or {}
            self._up.add(link.name)
        if VENDOR_MODE in link.interfaces:
            self._modes[link.name] = link.status.get("vendorMode") or {}
        if link.interfaces & {AUXILIARIES, VENDOR_MODE}:
            self._tell_sensors()
        if AUXILIARIES in link.interfaces:
            self._tell_ear(alone_of(self._there))
        if VENDOR_MODE in link.interfaces:
            self._tell_mode(link.name)

    async def acknowledge(self, device: str, enter: bool) -> None:
        """Let a device enter or leave its maintenance mode. Raises GuitaiError ``device.not_connected``, ``device.failed``."""
        link = self._links.of(VENDOR_MODE)
        await link.asked(EnterModeAcknowledgeCommand() if enter else ExitModeAcknowledgeCommand())

    @property
    def _there(self) -> Mapping[str, Any]:
        """The sensors of all services that are there, as one."""
        return _together(sensors for name, sensors in self._sensors.items() if name in self._up)

    def _tell_sensors(self) -> None:
        in_vendor_mode = any(str(mode.get("service")) in {"active", "exitPending"} for mode in self._modes.values())
        auxiliaries = _together(self._sensors.values())
        for sensor in get_args(Sensor):
            alarm = alarm_of(sensor, auxiliaries)
            if sensor == "operator_switch" and self._modes:
                alarm = bool(alarm) or in_vendor_mode  # somebody works at the machine, wherever its switch stands
            before = self._told.get(sensor)
            if alarm is None or before == alarm:
                continue
            self._told[sensor] = alarm
            if alarm and sensor in _ALARMS and before is False:
                self._emit(Tampered(sensor))
            self._emit(SensorChanged(sensor, alarm))

    def _tell_ear(self, now: bool | None) -> None:
        before, self._at_ear = self._at_ear, now
        if now != before and (
            now is not None or before
        ):  # what stands at first is told, too: core may have missed a move
            self._emit(PrivateEar(bool(now), moved=before is not None and now is not None))

    def _tell_mode(self, device: str) -> None:
        mode = self._modes[device].get("service")
        wanted = {"enterPending": True, "exitPending": False}.get(str(mode))
        if wanted is None:
            self._wanted.pop(device, None)
        elif self._wanted.get(device) != wanted:
            self._wanted[device] = wanted
            self._emit(ModeWanted(device, wanted))


def alarm_of(sensor: Sensor, auxiliaries: Mapping[str, Any]) -> bool | None:
    """Return whether a sensor stands where no customer may be served; None when there is no such sensor."""
    match sensor:
        case "operator_switch":
            return _is_not(auxiliaries.get("operatorSwitch"), {"run"})
        case "tamper":
            both = [auxiliaries.get(name) for name in ("tamperSensor", "internalTamperSensor")]
            return None if both == [None, None] else "on" in both
        case "seismic":
            return _is(auxiliaries.get("seismicSensor"), "on")
        case "safe":
            return _is_not(auxiliaries.get("safeDoor"), _SHUT)
        case "cabinet":
            doors = [auxiliaries[name] for name in _FRONT_DOORS if auxiliaries.get(name) is not None]
            return any(str(door) not in _SHUT for door in doors) if doors else None
        case "power":
            ups = auxiliaries.get("UPS")
            return bool(ups.get("powering") or ups.get("low")) if isinstance(ups, dict) else None


def alone_of(auxiliaries: Mapping[str, Any]) -> bool | None:
    """Return whether the customer alone hears, by handset or headphones; None without either."""
    both = [_is(auxiliaries.get("handsetSensor"), "offTheHook"), _is(auxiliaries.get("enhancedAudioSensor"), "present")]
    return None if both == [None, None] else True in both


def _together(services: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """A cabinet's sensors may be shared out among services: what one does not have, it does not say."""
    return {name: value for sensors in services for name, value in sensors.items() if value is not None}


def _is(value: object, wanted: str) -> bool | None:
    return None if value is None else value == wanted


def _is_not(value: object, good: set[str] | frozenset[str]) -> bool | None:
    return None if value is None else str(value) not in good
