"""What the browser's reports say of the line, and the bit rate that follows. The one place that reaches into aiortc.

aiortc hands the receiver's estimate to its encoder by itself, within 250 kbit/s and 1.5 Mbit/s. Here the estimate is only
noted; the governor decides, and its rate is handed to the encoder the same way. Tied to the pinned version: the wire tests
of the takeover see it at work.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from aiortc import RTCRtpSender
from aiortc.codecs import vpx
from aiortc.rtp import RTCP_PSFB_APP, RTCP_PSFB_FIR, RTCP_PSFB_PLI, RtcpPsfbPacket, pack_remb_fci, unpack_remb_fci

from sync.takeover.governor import LADDER, Report

KEY_PICTURE_S = 0.5
"""Key pictures are large: however often a browser asks, sound gets through between them."""

vpx.MIN_BITRATE = LADDER[-1].bps
vpx.MAX_BITRATE = LADDER[0].bps


class Feedback:
    """Listens to the reports on one outgoing picture and on the sound beside it."""

    def __init__(self, sender: RTCRtpSender, sound: RTCRtpSender | None) -> None:
        self._sender, self._sound = sender, sound
        self._pass_on: Callable[[Any], Awaitable[None]] = sender._handle_rtcp_packet  # noqa: SLF001 - see above
        sender._handle_rtcp_packet = self._heard  # type: ignore[method-assign]  # noqa: SLF001
        self._key_due_s = 0.0
        self._key_waits: asyncio.TimerHandle | None = None
        self._set_bps = 0
        self._sent = 0
        self.estimate_bps: int | None = None

    async def second(self, kept_up: float) -> Report:
        """Return what the last second told; call it once a second."""
        stats = (await self._sender.getStats()).values()
        sent = sum(one.bytesSent for one in stats if one.type == "outbound-rtp")
        sent_bps, self._sent = 8 * (sent - self._sent), sent
        # Lost packets of the picture are sent again and then count as received; the sound's are not.
        lost = _lost(stats)
        if self._sound is not None:
            lost = max(lost, _lost((await self._sound.getStats()).values()))
        return Report(self.estimate_bps, sent_bps, lost, kept_up)

    async def set_rate(self, bps: int) -> None:
        """Have the encoder keep to a bit rate."""
        if bps != self._set_bps:
            self._set_bps = bps
            await self._pass_on(_psfb(pack_remb_fci(bps, [self._sender._ssrc])))  # noqa: SLF001

    async def _heard(self, packet: Any) -> None:
        if isinstance(packet, RtcpPsfbPacket):
            if packet.fmt == RTCP_PSFB_APP:
                self._note(packet.fci)
                return
            if packet.fmt in (RTCP_PSFB_PLI, RTCP_PSFB_FIR):
                self._wants_key()
                return
        await self._pass_on(packet)

    def _wants_key(self) -> None:
        """Have the next picture be a key picture, or the first one that may be."""
        now_s = asyncio.get_running_loop().time()
        if now_s >= self._key_due_s:
            self._sender._send_keyframe()  # noqa: SLF001
            self._key_due_s = now_s + KEY_PICTURE_S
        elif self._key_waits is None or self._key_waits.when() < now_s:
            self._key_waits = asyncio.get_running_loop().call_at(self._key_due_s, self._wants_key)

    def _note(self, fci: bytes) -> None:
        try:
            bps, sources = unpack_remb_fci(fci)
        except ValueError:
            return  # some other application's feedback
        if self._sender._ssrc in sources:  # noqa: SLF001
            self.estimate_bps = bps


def _lost(stats: Iterable[Any]) -> float:
    return max((one.fractionLost for one in stats if one.type == "remote-inbound-rtp"), default=0) / 256


def _psfb(fci: bytes) -> RtcpPsfbPacket:
    return RtcpPsfbPacket(fmt=RTCP_PSFB_APP, ssrc=0, media_ssrc=0, fci=fci)
