"""What is known of the branch between sessions: a new session is told before its first event."""

from __future__ import annotations

from guitai.messages.device import DeviceState, LinkState
from guitai.messages.face import CustomerApproached, CustomerLeft, PhoneAtEar, SecondPerson


class Facts:
    """The last word on line, devices and presence."""

    def __init__(self) -> None:
        self.online = False
        self._present = False
        self._standing: dict[str, object] = {}

    def note(self, event: object) -> None:
        """Take note of an event, whether or not a session is open."""
        match event:
            case LinkState(online):
                self.online = online
            case CustomerApproached() | CustomerLeft():
                self._present = isinstance(event, CustomerApproached)
            case SecondPerson(close):
                self._keep("company", event, close)
            case PhoneAtEar(held):
                self._keep("phone", event, held)
            case DeviceState(name, usable):
                self._keep(name, event, not usable)
            case _:
                pass

    def standing(self, opener: object) -> tuple[object, ...]:
        """Return the facts a session opened by `opener` must hear first."""
        present = (CustomerApproached(),) if self._present and not isinstance(opener, CustomerApproached) else ()
        return (*present, *self._standing.values())

    def _keep(self, name: str, event: object, remarkable: bool) -> None:
        self._standing.pop(name, None)
        if remarkable:
            self._standing[name] = event
