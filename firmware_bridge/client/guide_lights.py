"""The client of the guidance lights: a light flashes beside what the customer has to take, and goes out when it is taken."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Mapping
from typing import Any, Literal

from firmware_bridge.client.link import Link, Links
from firmware_bridge.client.roles import ID_READER, STATEMENT_PRINTER
from firmware_bridge.generated.lights import PositionStatus, SetLightCommand

LIGHTS = "Lights"
LightName = Literal[
    "cardReader",
    "pinPad",
    "notesDispenser",
    "billAcceptor",
    "receiptPrinter",
    "documentPrinter",
    "scanner",
    "contactless",
]
"""XFS4IoT's names of the lights; ``contactless`` is beside the ID-card reader."""

Way = Literal["off", "flash", "on"]
Colour = Literal["red", "green", "yellow", "blue", "white"]
_RATES: dict[Way, Literal["off", "medium", "continuous"]] = {"off": "off", "flash": "medium", "on": "continuous"}
_DEFAULT_PLACE = "default"


class GuideLights:
    """Lights follow the devices' states. A branch without lights is served just the same."""

    def __init__(self, links: Links, spawn: Callable[[Coroutine[Any, Any, None]], None]) -> None:
        self._links, self._spawn = links, spawn
        self._wanted: dict[LightName, tuple[Way, Colour]] = {}

    def set(self, light: LightName, way: Way, colour: Colour = "green") -> None:
        """Set one light; it is set again when the lights come back after a break."""
        if self._wanted.get(light, ("off", colour)) != (way, colour):
            self._wanted[light] = (way, colour)
            if self._links.offers(LIGHTS):
                self._spawn(self._send({light: (way, colour)}))

    def came_up(self) -> None:
        """The lights are there (again): set all, for nobody knows how an earlier core left them."""
        dark: dict[LightName, tuple[Way, Colour]] = {light: ("off", "green") for light, _ in _EXITS.values()}
        self._spawn(self._send({**dark, **self._wanted}))

    def follow(self, link: Link) -> None:
        """Let the lights show what stands at a device's exit."""
        for role, (light, stands) in _EXITS.items():
            if role in link.interfaces:
                self.set(light, "flash" if stands(link.status) else "off")

    async def _send(self, lights: Mapping[LightName, tuple[Way, Colour]]) -> None:
        link = self._links.of(LIGHTS)
        places = _places(link.status.get("lights") or {})
        known: dict[str, dict[str, PositionStatus | None]] = {
            name: {places[name]: PositionStatus(flashRate=_RATES[way], color=colour, direction="exit")}
            for name, (way, colour) in lights.items()
            if name in places
        }
        if known:
            await link.ask(SetLightCommand(**known))


def _places(status: Mapping[str, Any]) -> dict[str, str]:
    """Return each light's first place, as its status names it."""
    return {name: next(iter(places), _DEFAULT_PLACE) for name, places in status.items() if isinstance(places, dict)}


def _entering(part: str) -> Callable[[Mapping[str, Any]], bool]:
    return lambda status: (status.get(part) or {}).get("media") == "entering"


def _not_empty(part: str) -> Callable[[Mapping[str, Any]], bool]:
    def stands(status: Mapping[str, Any]) -> bool:
        listed = (status.get(part) or {}).get("positions")
        positions = [one for one in listed if isinstance(one, dict)] if isinstance(listed, list) else []
        outputs = [one for one in positions if str(one.get("position") or "out").startswith("out")]
        return any(one.get("positionStatus") == "notEmpty" for one in outputs)

    return stands


_EXITS: dict[str, tuple[LightName, Callable[[Mapping[str, Any]], bool]]] = {
    "CardReader": ("cardReader", _entering("cardReader")),
    "CashDispenser": ("notesDispenser", _not_empty("cashDispenser")),
    "CashAcceptor": ("billAcceptor", _not_empty("cashAcceptor")),
    "Printer": ("receiptPrinter", _entering("printer")),
    STATEMENT_PRINTER: ("documentPrinter", _entering("printer")),
    ID_READER: ("contactless", lambda status: (status.get("cardReader") or {}).get("media") == "present"),
}
"""What stands where a customer can take it, by role: the light beside it and what the status says then."""
