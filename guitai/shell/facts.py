"""What is known of the branch between sessions: a new session is told before its first event; only news is an event."""

from __future__ import annotations

from guitai.messages.bank import BankUnreachable
from guitai.messages.card import PinAbandoned
from guitai.messages.device import DeviceState, LinkState
from guitai.messages.face import CameraState, CustomerApproached, CustomerLeft, PhoneAtEar, SecondPerson


class Facts:
    """The last word on line, devices and presence."""

    def __init__(self) -> None:
        self.online = False
        self._known: dict[str, object] = {}
        self._owed: dict[str, object] = {}

    def untold(self, event: object) -> None:
        """The session could not write down an event. Of a fact only news is told, so this one is owed to it."""
        if name := _name(event):
            self._owed.pop(name, None)
            self._owed[name] = event

    def owed(self, *, serving: bool) -> tuple[object, ...]:
        """Take the facts that the open session has still to be told; the next one is told all that stands."""
        owed, self._owed = self._owed, {}
        return tuple(owed.values()) if serving else ()

    def news(self, event: object) -> bool:
        """Take note of an event, whether or not a session is open; return False if it says what is known already."""
        match event:
            case LinkState(online):
                self.online = online
            case BankUnreachable() | PinAbandoned(reason="bank"):
                # The session now takes the line for broken; the watch's next look is news to it, whatever it sees.
                self._known.pop("line", None)
            case DeviceState(device, True, code) if code:
                event = DeviceState(device, True, "")
        name = _name(event)
        return not name or self._keep(name, event)

    @property
    def devices(self) -> dict[str, DeviceState]:
        """The last word on each device and each process."""
        return {name: fact for name, fact in self._known.items() if isinstance(fact, DeviceState)}

    @property
    def headquarters(self) -> bool:
        """Whether the line to headquarters is up, as far as sync has told: a teller can be called."""
        told = self.devices.get("sync")
        return told is not None and told.usable

    def standing(self, opener: object) -> tuple[object, ...]:
        """Return the facts worth telling a session that `opener` begins."""
        return tuple(fact for fact in self._known.values() if _remarkable(fact) and fact != opener)

    def _keep(self, name: str, fact: object) -> bool:
        if self._known.get(name) == fact:
            return False
        self._known[name] = fact
        self._owed.pop(name, None)  # the session is told this one
        return True


def _name(event: object) -> str:
    """Return what an event is the last word on, an empty string if on nothing."""
    match event:
        case LinkState():
            return "line"
        case CustomerApproached() | CustomerLeft():
            return "presence"
        case SecondPerson():
            return "company"
        case PhoneAtEar():
            return "phone"
        case CameraState():
            return "picture"
        case DeviceState(name):
            return name
        case _:
            return ""


def _remarkable(fact: object) -> bool:
    match fact:
        case CustomerApproached() | SecondPerson(close=True) | PhoneAtEar(held=True) | DeviceState(usable=False):
            return True
        case _:
            return False
