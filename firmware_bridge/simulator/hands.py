"""Hands for the simulated machines: insert a card, type a PIN, take notes, jam something; over a unix socket.

Whoever may open the socket may do what a customer or a technician does at the machine. It exists only in simulation.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import connect


class Hands:
    """The client: each method is one gesture and returns when it is done. Raises GuitaiError."""

    def __init__(self, path: Path) -> None:
        self._path = path

    async def insert_card(self, pan: str, track2: str | None = None) -> None:
        """Put a card in as soon as the slot opens (``device.slot_closed`` if it does not)."""
        await self._ask("insert_card", pan=pan, **({} if track2 is None else {"track2": track2}))

    async def take_card(self) -> None:
        """Take the card as soon as it stands at the exit (``device.nothing_to_take``)."""
        await self._ask("take_card")

    async def empty_retain_bin(self) -> int:
        """Take all cards out of the retain bin; return how many there were."""
        return int((await self._ask("empty_retain_bin"))["cards"])

    async def type_pin(self, digits: str) -> None:
        """Press the digits and enter; kept until an entry is active."""
        await self._ask("type_pin", digits=digits)

    async def cancel_pin(self) -> None:
        """Press the pad's cancel key."""
        await self._ask("cancel_pin")

    async def take_notes(self) -> int:
        """Take the notes as soon as they stand at the exit; return their value in fen (``device.nothing_to_take``)."""
        return int((await self._ask("take_notes"))["amount"])

    async def insert_notes(self, notes: Mapping[int, int], forged: Mapping[int, int] | None = None) -> None:
        """Put notes in as soon as the slot opens (``device.notes_slot_closed``).

        Args:
            notes: value of one note in fen -> how many good ones.
            forged: the same for counterfeit or unreadable ones.
        """
        await self._ask("insert_notes", notes=_keys(notes), forged=_keys(forged or {}))

    async def take_returned_notes(self) -> int:
        """Take the notes from the return tray; return their value in fen (``device.nothing_to_take``)."""
        return int((await self._ask("take_returned_notes"))["amount"])

    async def fill_cassette(self, note: int, count: int) -> None:
        """Make the cassette for notes of `note` fen hold `count`; only during an exchange (``device.bad_hand``)."""
        await self._ask("fill_cassette", note=note, count=count)

    async def empty_bin(self, name: str) -> int:
        """Empty ``reject``, ``retract`` or ``box`` during an exchange; return what was in it, in fen."""
        return int((await self._ask("empty_bin", bin=name))["amount"])

    async def take_paper(self, printer: str = "printer") -> str:
        """Take the paper as soon as it stands at the exit; return its title (``device.nothing_to_take``)."""
        return str((await self._ask("take_paper", printer=printer))["title"])

    async def lay_id_card(self, name: str, number: str, birth: str, valid_from: str, **more: str) -> None:
        """Lay a made-up ID card on the glass (dates as YYYY-MM-DD).

        `more`: sex, nation, address, issuer, valid_to (none: 长期), photo (path of a file).
        """
        await self._ask("lay_id_card", name=name, number=number, birth=birth, valid_from=valid_from, **more)

    async def take_id_card(self) -> None:
        """Take the ID card off the glass (``device.nothing_to_take``)."""
        await self._ask("take_id_card")

    async def show_code(self, text: str, symbology: str = "qrCode") -> None:
        """Hold a code before the barcode reader."""
        await self._ask("show_code", symbology=symbology, text=text)

    async def take_code(self) -> None:
        """Take the code away."""
        await self._ask("take_code")

    async def lay_document(self, document: Path) -> None:
        """Lay what a picture file shows under the document camera."""
        await self._ask("lay_document", document=str(document))

    async def take_document(self) -> None:
        """Empty the document camera's tray."""
        await self._ask("take_document")

    async def set_sensor(self, sensor: str, value: str) -> None:
        """Open a door, turn the operator's switch, shake the safe (``device.bad_hand`` lists what there is)."""
        await self._ask("set_sensor", sensor=sensor, value=value)

    async def lift_handset(self) -> None:
        """Take the handset off its hook."""
        await self._ask("move_handset", at_ear=True)

    async def hang_up(self) -> None:
        """Hang the handset up."""
        await self._ask("move_handset", at_ear=False)

    async def plug_headphones(self) -> None:
        """Put the headphones' plug into the socket."""
        await self._ask("plug_headphones", at_ear=True)

    async def pull_headphones(self) -> None:
        """Pull the plug out."""
        await self._ask("plug_headphones", at_ear=False)

    async def press_mode_key(self, enter: bool) -> None:
        """Press the operator panel's key for the maintenance mode, or for its end."""
        await self._ask("press_mode_key", enter=enter)

    async def end_application(self) -> None:
        """Leave the vendor's program on the operator panel."""
        await self._ask("end_application")

    async def load_paper(self, printer: str = "printer") -> None:
        """Put in a new roll or fill the tray."""
        await self._ask("load_paper", printer=printer)

    async def fault(self, device: str, kind: str) -> None:
        """Arm a fault or bring about a lasting condition (``device.unknown_fault`` lists them)."""
        await self._ask("fault", device=device, kind=kind)

    async def clear_faults(self) -> None:
        """Disarm all faults and mend all machines."""
        await self._ask("clear_faults")

    async def state(self) -> dict[str, Any]:
        """Return the machines' whole state: card, notes, prints, conditions."""
        return await self._ask("state")

    async def microphone(self, wav: Path) -> int:
        """Say what a WAV file says; return when its last sample will have been heard (CLOCK_MONOTONIC, ns)."""
        return int((await self._ask("microphone", wav=str(wav)))["heard_at_ns"])

    async def camera(self, source: str, then: str | None = None) -> None:
        """Show another picture source to the camera, and `then` after its end."""
        await self._ask("camera", source=source, then=then)

    async def _ask(self, request: str, /, **data: Any) -> dict[str, Any]:
        stream = await connect(self._path)
        try:
            await stream.send(request, **data)
            async for frame in stream:
                return _answer(frame)
        finally:
            stream.close()
        raise GuitaiError("wire.not_connected", address=self._path)


class HandRefusedError(GuitaiError):
    """What the other side said, in its words."""

    def __init__(self, code: str, text: str) -> None:
        super().__init__(code)
        self._text = text

    def english(self) -> str:
        """Return the other side's sentence."""
        return getattr(self, "_text", "")


def _answer(frame: Frame) -> dict[str, Any]:
    if frame.type == "ok":
        return frame.data
    raise HandRefusedError(str(frame.data.get("code", "device.bad_hand")), str(frame.data.get("text", "")))


def _keys(notes: Mapping[int, int]) -> dict[str, int]:
    return {str(note): n for note, n in notes.items()}
