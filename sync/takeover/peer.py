"""One viewer's connection: answers an offer, drains what comes, watches itself, hangs up cleanly. The shell around aiortc."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass
from typing import Any

import av
import structlog
from aiortc import (
    MediaStreamTrack,
    RTCConfiguration,
    RTCIceServer,
    RTCIceTransportPolicy,
    RTCPeerConnection,
    RTCRtpSender,
    RTCSessionDescription,
)
from aiortc.mediastreams import MediaStreamError

from guitai.config_sections import Video
from guitai.errors import GuitaiError
from guitai.messages.takeover import Viewer
from sync.takeover.channels import Channels, Pointer
from sync.takeover.feedback import Feedback
from sync.takeover.governor import Governor
from sync.takeover.grants import PeerState
from sync.takeover.picture import CameraRing, CustomerPicture
from sync.takeover.screen import Screen
from sync.takeover.sdp import Offer
from sync.takeover.speaker import Speaker
from sync.takeover.voice import Microphone

CONNECT_S = 15.0
"""From the answer on; then the connection has failed."""

FIRST_PICTURE_S = 3.0
"""Without the teller's picture for so long after the connection stands, or later on, the browser is asked to offer anew."""

CLOSE_S = 2.0
STATES: dict[str, PeerState] = {"connected": "connected", "failed": "failed", "closed": "closed"}
"""Those of a connection that anybody is told of."""

CODECS = {"video": ("video/vp8", "video/rtx"), "audio": ("audio/opus",)}
"""Without RTX now and then no picture is ever decoded."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Senses:
    """What connections share: where pictures and sound come from and go to."""

    camera: CameraRing
    microphone: Microphone
    screen: Screen
    speaker: Speaker
    hidden: Callable[[], bool]


@dataclass(frozen=True, slots=True)
class Told:
    """Whom a connection tells what happens to it."""

    state: Callable[[PeerState], None]
    picture: Callable[[bool], None]
    opened: Callable[[], None]
    pointer: Callable[[Pointer | None], None]


class Peer:
    """One connection. Made for an offer that was granted; `answer` once, `close` at the end."""

    def __init__(self, config: Video, viewer: Viewer, offer: Offer, senses: Senses, told: Told) -> None:
        self.viewer = viewer
        self._offer, self._senses, self._told = offer, senses, told
        self._pc = RTCPeerConnection(_configuration(config))
        operator = viewer.role == "operator"
        self.channels = Channels(self._pc, told.opened, told.pointer if operator else None)
        self._tasks: set[asyncio.Task[None]] = set()
        self._picture: CustomerPicture | None = None
        self._feedback: Feedback | None = None
        self._seen_at_s: float | None = None
        self._sees = self._speaks = self._stood = False
        self._ended = False
        self._pc.on("connectionstatechange", self._changed)
        self._pc.on("track", self._came)

    async def answer(self) -> str:
        """Return the answer to the offer, with all candidates in it. Raises GuitaiError ``video.bad_sdp``."""
        self._add_tracks()
        try:
            await self._pc.setRemoteDescription(RTCSessionDescription(self._offer.text, "offer"))
            await self._pc.setLocalDescription(await self._pc.createAnswer())
        except Exception as error:  # aiortc's reader fails in ways of its own, and the text is a stranger's
            raise GuitaiError("video.bad_sdp", reason=f"{type(error).__name__}: {error}") from error
        self._start(self._watch())
        return str(self._pc.localDescription.sdp)

    async def close(self, reason: str = "") -> None:
        """Hang up; the browser is told why."""
        if self._ended:
            return
        self._ended = True
        self.channels.stop_paper()
        for task in self._tasks:
            task.cancel()
        self._see(False)
        if self._speaks:
            await self._senses.speaker.rest()
        if reason:
            self.channels.control("end", reason=reason)
            await asyncio.sleep(0)  # lets the message leave before the association is torn down
        try:
            async with asyncio.timeout(CLOSE_S):
                await self._pc.close()
        except Exception as error:  # noqa: BLE001 - half made, aiortc cannot always be closed; nothing goes out any more
            log.warning("not closed cleanly", viewer=self.viewer.id, reason=f"{type(error).__name__}: {error}")

    def _add_tracks(self) -> None:
        sound: RTCRtpSender | None = None
        for kind in ("audio", "video"):
            if f"\nm={kind} " not in self._offer.text:
                continue
            track: MediaStreamTrack
            if kind == "audio":
                track = self._senses.microphone.track(self.viewer.role)
            else:
                track = self._picture = CustomerPicture(self._senses.camera, self._senses.hidden)
            direction = "sendrecv" if self.viewer.role == "operator" else "sendonly"
            transceiver = self._pc.addTransceiver(track, direction)
            known = RTCRtpSender.getCapabilities(kind).codecs
            transceiver.setCodecPreferences([one for one in known if one.mimeType.lower() in CODECS[kind]])
            if kind == "audio":
                sound = transceiver.sender
            else:
                self._feedback = Feedback(transceiver.sender, sound)

    def _came(self, track: MediaStreamTrack) -> None:
        self._start(self._drain(track, self._heard if track.kind == "audio" else self._looked))

    async def _drain(self, track: MediaStreamTrack, take: Callable[[Any], Awaitable[None]]) -> None:
        """Take every frame of a track, wanted or not: what is not fetched piles up in memory."""
        with contextlib.suppress(MediaStreamError):
            while True:
                await take(await track.recv())

    async def _heard(self, frame: av.AudioFrame) -> None:
        self._speaks = True
        self._senses.microphone.beside.put(frame)
        await self._senses.speaker.say(frame)

    async def _looked(self, frame: av.VideoFrame) -> None:
        self._seen_at_s = asyncio.get_running_loop().time()
        self._senses.screen.show(frame)
        self._see(True)

    def _see(self, sees: bool) -> None:
        if sees != self._sees:
            self._sees = sees
            if not sees:
                self._senses.screen.clear()
            self._told.picture(sees)

    def _changed(self) -> None:
        state = self._pc.connectionState
        log.info("connection", viewer=self.viewer.id, role=self.viewer.role, state=state)
        self._stood = self._stood or state == "connected"
        if not self._ended and state in STATES:
            self._told.state(STATES[state])

    async def _watch(self) -> None:
        """Look after the connection once a second."""
        loop = asyncio.get_running_loop()
        began_s, governor = loop.time(), Governor()
        asked = False
        while True:
            await asyncio.sleep(1.0)
            if self._pc.connectionState != "connected":
                if not self._stood and loop.time() - began_s > CONNECT_S:
                    self._told.state("failed")
                continue
            governor = await self._govern(governor)
            if not self._offer.picture:
                continue
            since_s = loop.time() - (self._seen_at_s or began_s)
            if since_s > FIRST_PICTURE_S:
                self._see(False)
                if not asked:
                    self.channels.control("again", reason="no_picture")
            asked = since_s > FIRST_PICTURE_S

    async def _govern(self, governor: Governor) -> Governor:
        if self._picture is None or self._feedback is None:
            return governor
        report = await self._feedback.second(self._picture.kept_up())
        after = governor.told(report)
        if after.rung != governor.rung:
            log.info("picture", viewer=self.viewer.id, rung=asdict(after.rung), report=asdict(report))
        self._picture.rung = after.rung
        await self._feedback.set_rate(after.rung.bps)
        return after

    def _start(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)


def _configuration(config: Video) -> RTCConfiguration:
    servers = [RTCIceServer(config.stun)] if config.stun else []
    if config.turn:
        password = config.turn_password.get_secret_value()
        servers.append(RTCIceServer(config.turn, config.turn_user, password))
    policy = RTCIceTransportPolicy.RELAY if config.relay_only else RTCIceTransportPolicy.ALL
    # The bundle policy stays as it is: with "max-bundle" an answering aiortc stops the one transport all share.
    return RTCConfiguration(servers, policy)
