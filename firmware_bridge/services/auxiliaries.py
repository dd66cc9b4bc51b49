"""Service Auxiliaries over the cabinet's sensors."""

from __future__ import annotations

from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.cabinet import Cabinet

REGISTRABLE = frozenset(
    {
        "operatorSwitch",
        "tamperSensor",
        "seismicSensor",
        "proximitySensor",
        "handsetSensor",
        "enhancedAudioSensor",
        "cabinetDoor",
        "safeDoor",
        "ups",
    }
)
"""The auxiliaries there are, as Auxiliaries.Register names them."""

_DOOR = {"closed": True, "open": True, "locked": True, "bolted": True, "tampered": True}


class AuxiliariesService(Service):
    """Changes are told to every client by Common.StatusChangedEvent, whether or not it registered for them."""

    name = "Auxiliaries"
    interfaces = ("Auxiliaries",)
    asks_only = frozenset({"Auxiliaries.Register"})

    def __init__(self, cabinet: Cabinet) -> None:
        super().__init__(cabinet)
        self._cabinet = cabinet
        self.handlers |= {"Auxiliaries.Register": self._register}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with every sensor."""
        sensors = self._cabinet.state
        ups = {
            "low": sensors.power == "battery_low",
            "engaged": sensors.power != "mains",
            "powering": sensors.power != "mains",
            "recovered": False,
        }
        return {
            **super().status(),
            "auxiliaries": {
                "operatorSwitch": sensors.operator_switch,
                "tamperSensor": sensors.tamper,
                "seismicSensor": sensors.seismic,
                "proximitySensor": sensors.proximity,
                "handsetSensor": sensors.handset,
                "enhancedAudioSensor": sensors.headphones,
                "cabinetDoor": sensors.cabinet_door,
                "safeDoor": sensors.safe_door,
                "UPS": ups,
            },
        }

    def capabilities(self) -> dict[str, Any]:
        """Return which sensors there are."""
        return {
            "auxiliaries": {
                "operatorSwitch": {"run": True, "maintenance": True, "supervisor": True},
                "tamperSensor": True,
                "seismicSensor": True,
                "proximitySensor": True,
                "handsetSensor": {"manual": True, "microphone": True},
                "enhancedAudioSensor": {"manual": True, "bidirectional": False},
                "cabinetDoor": _DOOR,
                "safeDoor": _DOOR,
                "ups": {"low": True, "engaged": True, "powering": True, "recovered": False},
            }
        }

    async def _register(self, job: Job, _emit: Emit) -> Completion:
        return error("invalidAuxiliary") if job.payload.keys() - REGISTRABLE else Completion()
