"""Core's side of the video process: who may look, when it is dark, the view and the captions beside the picture."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable
from typing import Any, Literal

import msgspec
import structlog

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.codec import event_from
from guitai.messages.handover import Line
from guitai.messages.takeover import PaperShown, ShowPaper, VideoBlank, VideoGrant, VideoRevoke, VideoState, Viewer
from guitai.messages.view import View, view_to_data
from guitai.shell.neighbour import Neighbour
from guitai.tables import SOCKETS
from guitai.wire.framing import MAX_PAYLOAD_BYTES, Frame
from guitai.wire.sockets import FrameStream
from guitai.wire.video import MOST_PAPER_BYTES

log = structlog.get_logger()

Pointer = Callable[[float | None, float | None], None]


class VideoLink:
    """Sends in order; after a break the grant, the blanking and the view come first. Without it nothing is lost but the picture."""

    def __init__(self, config: Config, happen: Callable[[object], None], pointer: Pointer) -> None:
        self._happen, self._pointer = happen, pointer
        self._grant: VideoGrant | None = None
        self._blank = VideoBlank(False, sound=False)
        self._view: View | None = None
        self._waiting: asyncio.Queue[tuple[str, bytes, dict[str, Any]]] = asyncio.Queue()
        self._neighbour = Neighbour("video", config.paths.run / SOCKETS["video"], self._told, self._up, self._down)

        self.picture: Callable[[ShowPaper], bytes | None] = lambda _: None
        """Where a picture to show is; set by who has it."""

    async def run(self) -> None:
        """Stay connected until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._neighbour.run())
            tasks.create_task(self._send_in_order())

    def carry_out(self, effect: VideoGrant | VideoRevoke | VideoBlank | ShowPaper) -> None:
        """Pass on what the session decided."""
        match effect:
            case VideoGrant():
                fresh = self._grant is None or self._grant.escalation_id != effect.escalation_id
                self._grant = effect
                self._put("video-grant", **msgspec.to_builtins(effect))
                if fresh:
                    self._put_view()
            case VideoRevoke(escalation_id):
                self._grant = None
                self._put("video-revoke", escalation_id=escalation_id)
            case VideoBlank():
                self._blank = effect
                self._put("video-blank", **msgspec.to_builtins(effect))
            case ShowPaper():
                self._happen(self._paper(effect, self.picture(effect)))

    def show(self, view: View) -> None:
        """Let the teller see the screen as the customer does; what is shown in the dark is not even kept."""
        self._view = None if self._blank.on else view
        self._put_view()

    def caption(self, line: Line) -> None:
        """Let the teller read what is said."""
        if self._grant is not None:
            self._put("video-caption", who=line.who, text=line.text)

    def _paper(self, effect: ShowPaper, picture: bytes | None) -> PaperShown:
        """Send a picture to the operator, in parts; never in the dark, and to nobody but who holds the lease."""
        code, sha256 = self._why_not(effect, picture), ""
        if not code and picture is not None:
            sha256 = hashlib.sha256(picture).hexdigest()
            for at in range(0, len(picture), MAX_PAYLOAD_BYTES):
                self._put(
                    "video-paper", picture[at : at + MAX_PAYLOAD_BYTES], escalation_id=effect.escalation_id,
                    viewer_id=effect.teller_id, what=effect.what, sha256=sha256, at=at, size=len(picture),
                )  # fmt: skip
        return PaperShown(effect.request_id, effect.escalation_id, effect.what, sha256, code)

    def _why_not(self, effect: ShowPaper, picture: bytes | None) -> Literal["", "gone", "too_large", "no_line"]:
        if picture is None:
            return "gone"
        if len(picture) > MOST_PAPER_BYTES:
            return "too_large"
        operator = Viewer(effect.teller_id, "operator")
        granted = self._grant is not None and self._grant.escalation_id == effect.escalation_id
        if not granted or self._grant is None or operator not in self._grant.viewers or self._blank.on:
            return "no_line"
        return "" if self._neighbour.up else "no_line"

    def _put_view(self) -> None:
        """Hand the view on; there is none while a PIN or a code is entered."""
        if self._grant is not None and self._view is not None:
            self._put("video-view", view=view_to_data(self._view))

    def _put(self, type_: str, payload: bytes = b"", **data: Any) -> None:
        if self._neighbour.up:
            self._waiting.put_nowait((type_, payload, data))

    async def _send_in_order(self) -> None:
        while True:
            type_, payload, data = await self._waiting.get()
            await self._neighbour.send(type_, payload, **data)

    async def _up(self, stream: FrameStream) -> None:
        while not self._waiting.empty():
            self._waiting.get_nowait()
        await stream.send("hello", role="core")
        await stream.send("video-blank", **msgspec.to_builtins(self._blank))  # all is dark until it has been said
        if self._grant is None:
            return
        await stream.send("video-grant", **msgspec.to_builtins(self._grant))
        if self._view is not None:
            await stream.send("video-view", view=view_to_data(self._view))

    def _down(self) -> None:
        self._pointer(None, None)
        if (grant := self._grant) is not None:
            for viewer in grant.viewers:
                self._happen(VideoState(grant.escalation_id, viewer.id, "closed"))

    def _told(self, frame: Frame) -> None:
        match frame.type:
            case "video-state":
                try:
                    self._happen(event_from({"type": "video.state", **frame.data}))
                except GuitaiError as error:
                    log.warning("video sent what we do not know", code=error.code)
            case "video-pointer":
                x, y = frame.data.get("x"), frame.data.get("y")
                there = all(isinstance(one, float | int) and 0 <= one <= 1 for one in (x, y))
                self._pointer(x if there else None, y if there else None)
            case "error":
                log.warning("video refused a frame", code=frame.data.get("code"))
            case _:
                log.warning("video sent what we do not know", type=frame.type)
