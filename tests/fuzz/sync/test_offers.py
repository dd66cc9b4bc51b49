"""A real browser's offer, mangled: it is answered or refused by its code, and can always be hung up."""

from __future__ import annotations

import asyncio
import contextlib
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from guitai.config_sections import Video
from guitai.errors import GuitaiError
from guitai.messages.takeover import Viewer
from sync.takeover.peer import Peer, Senses, Told
from sync.takeover.picture import CameraRing
from sync.takeover.screen import Screen
from sync.takeover.sdp import read_offer
from sync.takeover.speaker import Speaker
from sync.takeover.voice import Microphone

OFFER = Path(__file__).parents[2] / "unit" / "takeover" / "chromium_offer.sdp"
LINES = OFFER.read_bytes().decode("ascii").split("\r\n")[:-1]
NOWHERE = Path("/nonexistent")

PLACE = st.integers(0, len(LINES) - 1)
CHANGE = st.one_of(
    st.tuples(st.just("drop"), PLACE, st.just(0), st.just("")),
    st.tuples(st.just("copy"), PLACE, PLACE, st.just("")),
    st.tuples(st.just("cut"), PLACE, st.integers(2, 40), st.just("")),
    st.tuples(st.just("put"), PLACE, st.integers(2, 40), st.text(st.characters(min_codepoint=32, max_codepoint=126))),
)


def mangled(changes: list[tuple[str, int, int, str]]) -> str:
    lines = list(LINES)
    for what, place, at, text in changes:
        place %= len(lines)
        match what:
            case "drop":
                del lines[place]
            case "copy":
                lines.insert(at % len(lines), lines[place])
            case "cut":
                lines[place] = lines[place][:at]
            case "put":
                lines[place] = lines[place][:at] + text + lines[place][at + 1 :]
    return "\r\n".join(lines) + "\r\n"


async def try_out(text: str) -> None:
    offer = read_offer(text, "operator")
    senses = Senses(
        CameraRing(NOWHERE), Microphone(NOWHERE, lambda: False), Screen(NOWHERE), Speaker(NOWHERE), lambda: False
    )  # fmt: skip
    told = Told(lambda _: None, lambda _: None, lambda: None, lambda _: None)
    peer = Peer(Video(), Viewer("t1", "operator"), offer, senses, told)
    try:
        assert "m=" in await peer.answer()
    finally:
        await peer.close("revoked")


@given(st.lists(CHANGE, max_size=3))
@settings(max_examples=60, deadline=None)
def test_a_mangled_offer_never_breaks_the_process(changes: list[tuple[str, int, int, str]]) -> None:
    with contextlib.suppress(GuitaiError):
        asyncio.run(asyncio.wait_for(try_out(mangled(changes)), 20))
