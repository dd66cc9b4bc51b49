"""Reads a browser's offer strictly (RFC 8866, RFC 8829): what does not look like one of ours is refused before WebRTC sees it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from guitai.errors import GuitaiError
from guitai.wire.video import MOST_SDP_CHARS, Role

MOST_LINES = 600
MOST_CANDIDATES = 60
MEDIA = {"audio": "UDP/TLS/RTP/SAVPF", "video": "UDP/TLS/RTP/SAVPF", "application": "UDP/DTLS/SCTP"}
CODEC = {
    "audio": re.compile(r"rtpmap:\d+ opus/48000/2$", re.IGNORECASE),
    "video": re.compile(r"rtpmap:\d+ VP8/90000$", re.IGNORECASE),
}
DIRECTIONS = ("sendrecv", "sendonly", "recvonly", "inactive")
LINE = re.compile(r"[a-z]=[\x20-\x7e]*")
CANDIDATE = re.compile(
    r"candidate:[A-Za-z0-9+/]{1,32} [12] (udp|tcp) \d{1,10} \S{1,255} \d{1,5} typ (host|srflx|prflx|relay)( [\x21-\x7e]+)*",
    re.IGNORECASE,
)
FINGERPRINT = re.compile(r"fingerprint:sha-(256|384|512) [0-9A-F]{2}(:[0-9A-F]{2}){31,63}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Offer:
    """An offer that may be answered."""

    text: str
    """Without candidates that only multicast DNS could resolve: the kiosk's network is none of the browser's."""

    media: bool
    """There are lines for sound or picture."""

    picture: bool
    """The browser wants to send a picture."""


def read_offer(text: str, role: Role) -> Offer:
    """Return a checked offer. Raises GuitaiError ``video.oversized`` or ``video.bad_sdp``."""
    if len(text) > MOST_SDP_CHARS:
        raise GuitaiError("video.oversized", chars=len(text), limit=MOST_SDP_CHARS)
    lines = text.replace("\r\n", "\n").rstrip("\n").split("\n")
    _want(len(lines) <= MOST_LINES and lines[0] == "v=0", "not a session description")
    _want(all(LINE.fullmatch(line) for line in lines), "a line is malformed")
    head, *sections = _sections(lines)
    kinds = [_kind(section) for section in sections]
    _want(bool(kinds) and len(set(kinds)) == len(kinds), "one line each of audio, video and application at most")
    for kind, section in zip(kinds, sections, strict=True):
        _section(kind, section, head)
    mids = [_mid(section) for section in sections]
    _want(f"a=group:BUNDLE {' '.join(mids)}" in head, "all lines have to be in one bundle")
    _candidates(lines)
    sends = {kind for kind, section in zip(kinds, sections, strict=True) if kind != "application" and _sends(section)}
    _want(role == "operator" or not sends, "a listener does not send")
    kept = [line for line in lines if not (line.startswith("a=candidate:") and ".local " in line)]
    media = any(kind != "application" for kind in kinds)
    return Offer("\r\n".join(kept) + "\r\n", media, "video" in sends)


def _sections(lines: list[str]) -> list[list[str]]:
    out: list[list[str]] = [[]]
    for line in lines:
        if line.startswith("m="):
            out.append([])
        out[-1].append(line)
    return out


def _kind(section: list[str]) -> str:
    parts = section[0][2:].split(" ")
    _want(len(parts) >= 4 and MEDIA.get(parts[0]) == parts[2] and parts[1].isdigit(), "an unknown kind of media")
    return parts[0]


def _section(kind: str, section: list[str], head: list[str]) -> None:
    attributes = [line[2:] for line in (*head, *section) if line.startswith("a=")]
    names = {attribute.partition(":")[0] for attribute in attributes}
    _want({"ice-ufrag", "ice-pwd", "fingerprint", "setup"} <= names, "ice, fingerprint or setup is missing")
    _want(sum(line.startswith("a=mid:") for line in section) == 1, "a line has no name, or two")
    prints = [attribute for attribute in attributes if attribute.startswith("fingerprint:")]
    _want(all(FINGERPRINT.fullmatch(one) for one in prints), "a fingerprint is malformed or weak")
    if kind == "application":
        _want(any(attribute == "sctp-port:5000" for attribute in attributes), "no SCTP port")
        return
    _want("rtcp-mux" in names, "sound and control have to share a port")
    _want(any(CODEC[kind].match(attribute) for attribute in attributes), "neither Opus nor VP8")


def _mid(section: list[str]) -> str:
    return next(line for line in section if line.startswith("a=mid:")).removeprefix("a=mid:")


def _candidates(lines: list[str]) -> None:
    found = [line[2:] for line in lines if line.startswith("a=candidate:")]
    _want(len(found) <= MOST_CANDIDATES, "too many candidates")
    _want(all(CANDIDATE.fullmatch(one) for one in found), "a candidate is malformed")


def _sends(section: list[str]) -> bool:
    direction = next((line[2:] for line in section if line[2:] in DIRECTIONS), "sendrecv")
    return direction in ("sendrecv", "sendonly")


def _want(good: bool, reason: str) -> None:
    if not good:
        raise GuitaiError("video.bad_sdp", reason=reason)
