"""Eyes: observations of the vision process become events."""

from __future__ import annotations

from collections.abc import Callable

import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.codec import event_from
from guitai.messages.device import DeviceState
from guitai.shell.neighbour import Neighbour
from guitai.tables import SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream

log = structlog.get_logger()


class Eyes:
    """Listens to the vision process; nothing is lost without it but the greeting."""

    def __init__(self, config: Config, happen: Callable[[object], None]) -> None:
        self._happen = happen
        self._neighbour = Neighbour("vision", config.paths.run / SOCKETS["vision"], self._saw, self._up, self._down)

    async def run(self) -> None:
        """Watch until cancelled."""
        await self._neighbour.run()

    async def _up(self, _stream: FrameStream) -> None:
        self._happen(DeviceState("vision", True))

    def _down(self) -> None:
        self._happen(DeviceState("vision", False, "disconnected"))

    def _saw(self, frame: Frame) -> None:
        if not frame.type.startswith("face."):
            return
        try:
            self._happen(event_from({"type": frame.type, **frame.data}))
        except GuitaiError as error:
            log.warning("vision sent what we do not know", code=error.code)
