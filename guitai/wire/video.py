"""A teller's video: the offer headquarters hands to a kiosk (RFC 3264 over command and reply), and the channels beside it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guitai.wire.commands import Body

VIDEO_OFFER = "video.offer"
"""The command. Its reply carries the answer: ``{"sdp": …}``."""

MOST_SDP_CHARS = 16_384
"""A browser's offer of sound, picture and channels takes some 8,000."""

CHANNELS = {"view": 1, "captions": 2, "pointer": 3, "control": 4, "papers": 5}
"""Data channels with their numbers: both sides know them (RFC 8831, negotiated outside), others are not read."""

MOST_PAPER_BYTES = 4_000_000
"""Of a picture of a paper or an ID card."""

Role = Literal["operator", "listener"]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9._:-]{1,80}$")]


class VideoOffer(Body):
    """The data of ``video.offer``."""

    escalation_id: Name
    viewer_id: Name
    """Who looks: the principal at headquarters."""

    role: Role
    sdp: Annotated[str, Field(min_length=1)]
    """An offer without trickling: all candidates are in it."""
