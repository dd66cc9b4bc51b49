"""Service Lights over the guidance lights."""

from __future__ import annotations

from typing import Any

from firmware_bridge.protocol.host import Completion, Job, error
from firmware_bridge.services.service import Emit, Service
from firmware_bridge.simulator.lamps import COLOURS, NAMES, Lamp, Lamps

PLACE = "default"
"""Every light here has one place."""

_RATES = ("off", "slow", "medium", "quick", "continuous")
_DARK = Lamp()


class LightsService(Service):
    """SetLight sets all lights of a command or none."""

    name = "Lights"
    interfaces = ("Lights",)

    def __init__(self, lamps: Lamps) -> None:
        super().__init__(lamps)
        self._lamps = lamps
        self.handlers |= {"Lights.SetLight": self._set}

    def status(self) -> dict[str, Any]:
        """Return Common.Status with every light."""
        return {**super().status(), "lights": {name: {PLACE: self._shown_lamp(name)} for name in NAMES}}

    def capabilities(self) -> dict[str, Any]:
        """Return the lights and what they can show."""
        kinds = {
            "flashRate": dict.fromkeys(_RATES, True),
            "color": dict.fromkeys(COLOURS, True),
            "direction": {"entry": True, "exit": True},
        }
        return {"lights": {"individualFlashRates": True, "lights": {name: {PLACE: kinds} for name in NAMES}}}

    async def _set(self, job: Job, _emit: Emit) -> Completion:
        if refusal := self.refusal():
            return refusal
        wanted: dict[str, Lamp] = {}
        for name, places in job.payload.items():
            light = (places or {}).get(PLACE)
            if name not in NAMES or light is None or (light.get("color") or _DARK.colour) not in COLOURS:
                return error("invalidLight")
            wanted[name] = Lamp(
                light.get("flashRate") or "off",
                light.get("color") or _DARK.colour,
                light.get("direction") or _DARK.direction,
            )
        self._lamps.set(wanted)
        return Completion()

    def _shown_lamp(self, name: str) -> dict[str, str]:
        lamp = self._lamps.state.lit.get(name, _DARK)
        return {"flashRate": lamp.flash_rate, "color": lamp.colour, "direction": lamp.direction}
