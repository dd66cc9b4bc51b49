"""The video socket: core says what is allowed, sync brings offers; the reducer decides, peers carry it out."""

from __future__ import annotations

import asyncio
import contextlib
import os
import pwd
from collections.abc import Coroutine
from dataclasses import asdict, dataclass
from typing import Any, assert_never

import structlog

from guitai.clock import Clock
from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.messages.codec import convert
from guitai.messages.takeover import Shown, VideoBlank, VideoGrant, VideoRevoke, VideoState, Viewer
from guitai.tables import RINGS, SOCKETS
from guitai.wire.framing import Frame
from guitai.wire.sockets import FrameStream
from guitai.wire.video import MOST_PAPER_BYTES, Role
from sync.takeover import grants
from sync.takeover.channels import Pointer
from sync.takeover.grants import Accept, Effect, HangUp, Refuse, State, step
from sync.takeover.peer import Peer, Senses, Told
from sync.takeover.picture import CameraRing
from sync.takeover.screen import Screen
from sync.takeover.sdp import Offer, read_offer
from sync.takeover.speaker import Speaker
from sync.takeover.voice import Microphone

USERS = {"core": "guitai-core", "sync": "guitai-sync"}
"""Who may speak as what, beside the user of this process and root."""

MOST_VIEWERS = 8
CORE_FRAMES = frozenset({"video-grant", "video-revoke", "video-blank", "video-view", "video-caption", "video-paper"})

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class OfferFrame:
    """``video-offer``."""

    escalation_id: str
    viewer_id: str
    role: Role
    sdp: str


@dataclass(frozen=True, slots=True)
class Caption:
    """``video-caption``: a line of what is said."""

    who: str
    text: str


@dataclass(frozen=True, slots=True)
class PaperPart:
    """``video-paper``: the next part of a picture (payload) for one viewer."""

    escalation_id: str
    viewer_id: str
    what: Shown
    sha256: str
    at: int
    size: int


class Desk:
    """Holds the state, the peers and core's connection. Event loop only."""

    def __init__(self, config: Config, clock: Clock) -> None:
        self._config, self._clock = config, clock
        self._state = State()
        self._core: FrameStream | None = None
        self._view: dict[str, Any] | None = None
        self._paper = b""
        self._offers: dict[int, tuple[OfferFrame, Offer, FrameStream]] = {}
        self._peers: dict[int, Peer] = {}
        self._numbers = 0
        self._tasks: set[asyncio.Task[None]] = set()
        run = config.paths.run
        self.microphone = Microphone(run / RINGS["microphone"], lambda: self._state.hidden.sound)
        self._senses = Senses(
            CameraRing(run / RINGS["camera"]), self.microphone, Screen(run / RINGS["teller"]),
            Speaker(run / SOCKETS["sound"]), lambda: self._state.hidden.on,
        )  # fmt: skip

    async def handle(self, stream: FrameStream) -> None:
        """Serve one connection until it closes."""
        role = ""
        try:
            async for frame in stream:
                try:
                    if frame.type == "hello":
                        role = self._hello(stream, frame)
                    elif role == "core" and frame.type in CORE_FRAMES:
                        self._told(frame)
                    elif role == "sync" and frame.type == "video-offer":
                        await self._offered(stream, convert(frame.data, OfferFrame))
                    else:
                        raise GuitaiError("wire.unknown_type", type=frame.type)
                except GuitaiError as error:
                    log.warning("refused", role=role, frame=frame.type, code=error.code)
                    await stream.send_error(error)
        finally:
            if role == "core" and stream is self._core:
                self._core = None
                self._happen(grants.CoreLeft(self._now_ms()))

    def tick(self) -> None:
        """Once a second."""
        self._happen(grants.Ticked(self._now_ms()))

    async def close(self) -> None:
        """Hang up everywhere and let go of everything."""
        await asyncio.gather(*(peer.close() for peer in self._peers.values()))
        self._senses.screen.clear()
        self._senses.speaker.close()
        self._senses.camera.close()

    def _hello(self, stream: FrameStream, frame: Frame) -> str:
        role = str(frame.data.get("role"))
        if role not in USERS:
            raise GuitaiError("wire.bad_data", type="hello", reason=f"no role {role}")
        if stream.peer_uid not in _uids(role):
            raise GuitaiError("video.stranger", uid=stream.peer_uid, role=role)
        if role == "core":
            if self._core is not None and self._core is not stream:
                self._core.close()  # core began anew, and its old connection is only not torn yet
            self._core = stream
            self._happen(grants.CoreCame())
        return role

    def _told(self, frame: Frame) -> None:
        """Do what core says."""
        match frame.type:
            case "video-grant":
                self._happen(_grant(frame))
            case "video-revoke":
                self._happen(convert(frame.data, VideoRevoke))
            case "video-blank":
                self._happen(convert(frame.data, VideoBlank))
            case "video-view":
                self._view = convert(frame.data.get("view"), dict[str, Any])
                self._show()
            case "video-caption":
                caption = convert(frame.data, Caption)
                for peer in self._peers.values():
                    peer.channels.caption(caption.who, caption.text)
            case "video-paper":
                self._paper_came(convert(frame.data, PaperPart), frame.payload)

    def _paper_came(self, part: PaperPart, payload: bytes) -> None:
        """Gather a picture; once it is whole the operator gets it, if nothing has to be hidden. Nobody else ever does."""
        so_far = self._paper if part.at else b""
        self._paper = so_far + payload if part.at == len(so_far) and part.size <= MOST_PAPER_BYTES else b""
        if len(self._paper) != part.size:
            return
        body, self._paper = self._paper, b""
        grant = self._state.grant
        if self._state.hidden.on or grant is None or grant.escalation_id != part.escalation_id:
            return
        for peer in self._peers.values():
            if peer.viewer == Viewer(part.viewer_id, "operator") and peer.viewer in grant.viewers:
                peer.channels.paper(part.what, part.sha256, body)

    async def _offered(self, stream: FrameStream, frame: OfferFrame) -> None:
        try:
            offer = read_offer(frame.sdp, frame.role)
        except GuitaiError as error:
            log.warning("offer refused", viewer=frame.viewer_id, code=error.code, reason=str(error))
            await stream.send("video-refused", reason=error.code.removeprefix("video."))
            return
        self._numbers += 1
        self._offers[self._numbers] = (frame, offer, stream)
        viewer = Viewer(frame.viewer_id, frame.role)
        self._happen(grants.Offered(self._numbers, frame.escalation_id, viewer, offer.media))

    def _happen(self, happening: grants.Happening) -> None:
        before = self._state.grant
        self._state, effects = step(self._state, happening)
        grant = self._state.grant
        if grant is None or (before is not None and before.escalation_id != grant.escalation_id):
            self._view = None  # another customer's
        for effect in effects:
            self._do(effect)

    def _do(self, effect: Effect) -> None:
        match effect:
            case Accept(number):
                self._accept(number)
            case Refuse(number, reason):
                frame, _, stream = self._offers.pop(number)
                log.warning("offer refused", viewer=frame.viewer_id, reason=reason)
                self._start(_send(stream, "video-refused", reason=reason))
            case HangUp(number, reason):
                if (peer := self._peers.pop(number, None)) is not None:
                    self._start(peer.close(reason))
            case VideoState():
                self._tell_core("video-state", **asdict(effect))
            case VideoBlank(on, sound):
                self._show()
                for peer in self._peers.values():
                    if on:
                        peer.channels.stop_paper()
                    peer.channels.control("blank", on=on, sound=sound)
            case _:
                assert_never(effect)

    def _accept(self, number: int) -> None:
        frame, offer, stream = self._offers.pop(number)
        told = Told(
            state=lambda state: self._changed(number, state),
            picture=lambda sees: self._sees(number, sees),
            opened=lambda: self._opened(number),
            pointer=lambda pointer: self._pointed(number, pointer),
        )
        peer = self._peers[number] = Peer(
            self._config.video, Viewer(frame.viewer_id, frame.role), offer, self._senses, told
        )
        self._start(self._answer(number, peer, stream))

    async def _answer(self, number: int, peer: Peer, stream: FrameStream) -> None:
        try:
            answer = await peer.answer()
        except GuitaiError as error:
            log.warning("offer refused", viewer=peer.viewer.id, code=error.code, reason=str(error))
            await _send(stream, "video-refused", reason="bad_sdp")
            self._changed(number, "failed")
            return
        log.info("offer answered", viewer=peer.viewer.id, role=peer.viewer.role)
        await _send(stream, "video-answer", sdp=answer)

    def _changed(self, number: int, state: grants.PeerState) -> None:
        self._happen(grants.PeerChanged(number, state))
        if state != "connected" and (peer := self._peers.pop(number, None)) is not None:
            self._start(peer.close())

    def _opened(self, number: int) -> None:
        if (peer := self._peers.get(number)) is not None:
            hidden = self._state.hidden
            peer.channels.control("blank", on=hidden.on, sound=hidden.sound)
            self._show()

    def _show(self) -> None:
        view = None if self._state.hidden.on else self._view
        for peer in self._peers.values():
            peer.channels.view(view)

    def _sees(self, number: int, sees: bool) -> None:
        """Tell core whether the operator's picture is there, for the window."""
        if (peer := self._peers.get(number)) is not None and (grant := self._state.grant) is not None:
            told = VideoState(grant.escalation_id, peer.viewer.id, "connected", sees)
            self._tell_core("video-state", **asdict(told))

    def _pointed(self, number: int, pointer: Pointer | None) -> None:
        peer, grant = self._peers.get(number), self._state.grant
        if peer is not None and grant is not None:
            place = (None, None) if pointer is None else (pointer.x, pointer.y)
            self._tell_core(
                "video-pointer", escalation_id=grant.escalation_id, viewer_id=peer.viewer.id, x=place[0], y=place[1]
            )

    def _tell_core(self, type_: str, **data: Any) -> None:
        if self._core is not None:
            self._start(_send(self._core, type_, **data))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _now_ms(self) -> int:
        return self._clock.monotonic_ns() // 1_000_000


def _grant(frame: Frame) -> VideoGrant:
    grant = convert(frame.data, VideoGrant)
    if len(grant.viewers) > MOST_VIEWERS:
        raise GuitaiError("wire.bad_data", type=frame.type, reason=f"more than {MOST_VIEWERS} viewers")
    return grant


async def _send(stream: FrameStream, type_: str, **data: Any) -> None:
    with contextlib.suppress(ConnectionError):
        await stream.send(type_, **data)


def _uids(role: str) -> frozenset[int]:
    uids = {os.getuid(), 0}
    with contextlib.suppress(KeyError):  # a machine without accounts of our own
        uids.add(pwd.getpwnam(USERS[role]).pw_uid)
    return frozenset(uids)
