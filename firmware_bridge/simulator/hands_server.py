"""Serves the hands' socket: carries gestures out on the simulated machines, sound and camera."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Protocol

from pydantic import Field, ValidationError

from firmware_bridge.simulator.branch import Branch
from firmware_bridge.simulator.faults import PowerCutError
from firmware_bridge.simulator.gestures import Gesture, GestureTable, in_time, something_there
from firmware_bridge.simulator.hands_cabinet import CabinetHands
from firmware_bridge.simulator.hands_cash import CashHands
from firmware_bridge.simulator.hands_desk import DeskHands
from guitai.errors import GuitaiError
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

PATIENCE_S = 10.0
"""How long a hand waits at a closed slot or an empty exit."""

EXPIRY = "3012"


class Ear(Protocol):
    """What a hand needs of the microphone."""

    def feed(self, wav: Path) -> int:
        """Hear a WAV file; return when its last sample will have been heard (CLOCK_MONOTONIC, ns)."""
        ...


class Eye(Protocol):
    """What a hand needs of the camera."""

    def switch(self, source: str, then: str | None = None) -> None:
        """Look at another source, and at `then` after its end."""
        ...


class _Insert(Gesture):
    pan: Annotated[str, Field(pattern=r"^\d{13,19}$")]
    track2: Annotated[str, Field(max_length=40)] | None = None
    """What the stripe says, if it is not the usual."""


class _Digits(Gesture):
    digits: Annotated[str, Field(pattern=r"^\d{0,12}$")]


class _Fault(Gesture):
    device: str
    kind: str


class _Wav(Gesture):
    wav: Path


class _Source(Gesture):
    source: str
    then: str | None = None


class HandsServer:
    """One connection may make many gestures, one after another."""

    def __init__(
        self,
        branch: Branch,
        ear: Ear,
        eye: Eye,
        on_power_cut: Callable[[], None],
        patience_s: float = PATIENCE_S,
    ) -> None:
        self._branch, self._ear, self._eye = branch, ear, eye
        self._on_power_cut = on_power_cut
        self._patience_s = patience_s
        self._cabinet, self._desk = CabinetHands(branch), DeskHands(branch, patience_s)
        self._cash = CashHands(branch, patience_s)
        self._gestures: GestureTable = {
            **self._cabinet.table,
            **self._desk.table,
            **self._cash.table,
            "insert_card": (_Insert, self._insert_card),
            "take_card": (Gesture, self._take_card),
            "empty_retain_bin": (Gesture, self._empty_retain_bin),
            "type_pin": (_Digits, self._type_pin),
            "cancel_pin": (Gesture, self._cancel_pin),
            "fault": (_Fault, self._fault),
            "clear_faults": (Gesture, self._clear_faults),
            "state": (Gesture, self._state),
            "microphone": (_Wav, self._microphone),
            "camera": (_Source, self._camera),
        }

    async def handle(self, stream: FrameStream) -> None:
        """Serve one connection."""
        async for frame in stream:
            try:
                await stream.send("ok", **await self._gesture(frame))
            except GuitaiError as error:
                await stream.send_error(error)
            except PowerCutError:
                self._on_power_cut()
                return

    async def _gesture(self, frame: Frame) -> dict[str, Any]:
        shape, gesture = self._gestures.get(frame.type, (None, None))
        if shape is None or gesture is None:
            raise GuitaiError("device.bad_hand", request=frame.type, reason="there is no such gesture")
        try:
            wanted = shape.model_validate(frame.data)
        except ValidationError as error:
            # pydantic's own message would repeat the value, which may be a PIN
            where = ".".join(str(part) for part in error.errors()[0]["loc"])
            reason = f"{where}: {error.errors()[0]['type']}"
            raise GuitaiError("device.bad_hand", request=frame.type, reason=reason) from None
        return await gesture(wanted)

    async def _insert_card(self, wanted: _Insert) -> dict[str, Any]:
        reader = self._branch.card_reader
        track2 = wanted.track2 if wanted.track2 is not None else f"{wanted.pan}={EXPIRY}"
        closed = GuitaiError("device.slot_closed", seconds=self._patience_s)
        await in_time(reader.until(lambda _: reader.accepting), self._patience_s, closed)
        reader.insert(track2, f"{wanted.pan}={EXPIRY}")
        return {}

    async def _take_card(self, _wanted: Gesture) -> dict[str, Any]:
        reader = self._branch.card_reader
        await something_there(reader.until(lambda state: state.slot == "exit"), reader.name, self._patience_s)
        reader.take()
        return {}

    async def _empty_retain_bin(self, _wanted: Gesture) -> dict[str, Any]:
        return {"cards": self._branch.card_reader.empty_bin()}

    async def _type_pin(self, wanted: _Digits) -> dict[str, Any]:
        self._branch.pin_pad.type(wanted.digits)
        return {}

    async def _cancel_pin(self, _wanted: Gesture) -> dict[str, Any]:
        self._branch.pin_pad.press_cancel()
        return {}

    async def _fault(self, wanted: _Fault) -> dict[str, Any]:
        device = self._branch.devices.get(wanted.device)
        if device is None:
            known = ", ".join(self._branch.devices)
            raise GuitaiError("device.bad_hand", request="fault", reason=f"the devices are {known}")
        device.fault(wanted.kind)
        return {}

    async def _clear_faults(self, _wanted: Gesture) -> dict[str, Any]:
        for device in self._branch.devices.values():
            device.clear_faults()
        return {}

    async def _state(self, _wanted: Gesture) -> dict[str, Any]:
        reader, pad = self._branch.card_reader, self._branch.pin_pad
        return {
            "card_reader": {
                "slot": reader.state.slot,
                "accepting": reader.accepting,
                "tail": reader.state.track2.partition("=")[0][-4:],
                "retained": reader.state.retained,
                "taken": reader.state.taken,
                "condition": reader.state.condition,
            },
            "pin_pad": {"active": pad.active, "condition": pad.state.condition},
            **self._cash.state(),
            **self._desk.state(),
            **self._cabinet.state(),
        }

    async def _microphone(self, wanted: _Wav) -> dict[str, Any]:
        return {"heard_at_ns": self._ear.feed(wanted.wav)}

    async def _camera(self, wanted: _Source) -> dict[str, Any]:
        self._eye.switch(wanted.source, wanted.then)
        return {}
