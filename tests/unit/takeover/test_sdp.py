"""Offers: a browser's is read, anything else is refused with one code, never with a traceback."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guitai.errors import GuitaiError
from guitai.wire.video import MOST_SDP_CHARS
from sync.takeover.sdp import read_offer

CHROMIUM = (Path(__file__).parent / "chromium_offer.sdp").read_bytes().decode("ascii")
"""As Chromium 156 wrote it for an operator: microphone, camera, four channels; one address put behind multicast DNS."""

CHANNELS = CHROMIUM[: CHROMIUM.index("m=audio")] + CHROMIUM[CHROMIUM.index("m=application") :]
CHANNELS = CHANNELS.replace("BUNDLE 0 1 2", "BUNDLE 2")


def reason(text: str, role: str = "operator") -> str:
    with pytest.raises(GuitaiError) as error:
        read_offer(text, role)  # type: ignore[arg-type]
    return error.value.code


def test_a_browsers_offer_is_read() -> None:
    offer = read_offer(CHROMIUM, "operator")
    assert (offer.media, offer.picture) == (True, True)


def test_names_of_multicast_dns_are_left_out() -> None:
    assert ".local" in CHROMIUM
    text = read_offer(CHROMIUM, "operator").text
    assert ".local" not in text
    assert set(text.splitlines()) < set(CHROMIUM.splitlines())


def test_channels_alone_need_no_consent_to_be_seen_or_heard() -> None:
    offer = read_offer(CHANNELS, "operator")
    assert (offer.media, offer.picture) == (False, False)


def test_a_listener_must_not_send() -> None:
    assert reason(CHROMIUM, "listener") == "video.bad_sdp"
    assert read_offer(CHROMIUM.replace("a=sendrecv", "a=recvonly"), "listener").picture is False


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v=0", "v=1"),
        ("opus/48000/2", "PCMU/8000"),
        ("VP8/90000", "H264/90000"),
        ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
        ("a=fingerprint:sha-256", "a=fingerprint:md5"),
        ("a=ice-pwd:", "a=ice-pw:"),
        ("a=rtcp-mux", "a=rtcp-mix"),
        ("sctp-port:5000", "sctp-port:1"),
        ("typ host", "typ guest"),
        ("a=mid:0", "a=mid:0\x00"),
        ("m=application", "m=image"),
        ("m=video", "m=audio"),
        ("BUNDLE 0 1 2", "BUNDLE 0 1"),
    ],
)
def test_what_is_not_as_ours_is_refused(old: str, new: str) -> None:
    assert old in CHROMIUM
    assert reason(CHROMIUM.replace(old, new)) == "video.bad_sdp"


def test_too_much_is_refused_before_it_is_read() -> None:
    assert reason("v=0\r\n" * MOST_SDP_CHARS) == "video.oversized"
    candidate = next(line for line in CHROMIUM.splitlines() if line.startswith("a=candidate"))
    assert reason(CHANNELS + f"{candidate}\r\n" * 61) == "video.bad_sdp"
    assert reason("v=0\r\n" + "a=\r\n" * 700) == "video.bad_sdp"


@given(st.text(max_size=400) | st.lists(st.sampled_from(CHROMIUM.splitlines()), max_size=120).map("\r\n".join))
def test_no_text_breaks_the_reader(text: str) -> None:
    with contextlib.suppress(GuitaiError):
        assert read_offer(text, "operator").text
