"""Who gets in, what they see, and what ends it: on the real socket of the real process."""

from __future__ import annotations

import asyncio
import signal
from pathlib import Path

import numpy as np

from guitai.tables import RINGS, SOCKETS
from guitai.wire.sockets import connect
from guitai.wire.video import MOST_SDP_CHARS
from sync.takeover.stand_in import StandIn, pitch_hz
from tests.wire.takeover.conftest import MICROPHONE_HZ, Kiosk, eventually, reached, video_process

VIEW = {"screen": "teller", "parts": []}


async def refused(kiosk: Kiosk, sdp: str, *names: str) -> str:
    answer = await kiosk.offer(sdp, *names)
    assert answer.sdp == ""
    return answer.reason


async def test_strangers_and_odd_offers_are_refused(kiosk: Kiosk) -> None:
    browser, listener = StandIn(), StandIn("listener")
    sdp = await browser.offer()
    assert await refused(kiosk, sdp) == "stranger"
    await kiosk.grant(("t1", "operator"), ("s1", "listener"), ("s2", "listener"))
    assert await refused(kiosk, sdp, "t2") == "stranger"
    assert await refused(kiosk, sdp, "t1", "operator", "e2") == "stranger"
    assert await refused(kiosk, await listener.offer(), "t1", "listener") == "stranger"
    assert await refused(kiosk, sdp, "s1", "listener") == "bad_sdp"  # a listener that would send
    assert await refused(kiosk, "v=0\r\n" * (MOST_SDP_CHARS // 4)) == "oversized"
    assert await refused(kiosk, sdp.replace("a=setup:actpass", "a=setup:perhaps")) == "bad_sdp"
    first = await kiosk.connected("s1", "listener")
    assert await refused(kiosk, await listener.offer(), "s2", "listener") == "two_viewers"
    await kiosk.grant(("t1", "operator"), consent=False)
    assert await refused(kiosk, sdp) == "no_consent"
    await eventually(lambda: first.state == "closed")
    for one in (browser, listener, first):
        await one.close()


async def test_a_listener_sees_and_hears_beside_the_operator_and_says_nothing(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"), ("s1", "listener"))
    operator, listener = await kiosk.connected(), await kiosk.connected("s1", "listener")
    await eventually(lambda: listener.pictures > 5 and operator.pictures > 5)
    await eventually(lambda: pitch_hz(listener.heard[-20:]) and pitch_hz(operator.heard[-20:]))
    listener.channel("pointer").send('{"x": 0.5, "y": 0.5}')
    operator.channel("pointer").send('{"x": 2, "y": 0.5}')
    operator.channel("pointer").send('{"x": 0.25, "y": 0.75}')
    await eventually(lambda: [f for f in kiosk.told if f.type == "video-pointer"])
    assert [f.data for f in kiosk.told if f.type == "video-pointer"] == [
        {"escalation_id": "e1", "viewer_id": "t1", "x": 0.25, "y": 0.75}
    ]
    await kiosk.core.send("video-revoke", escalation_id="e1")
    for browser in (operator, listener):
        await eventually(lambda browser=browser: browser.state == "closed")
        assert browser.messages["control"][-1] == {"kind": "end", "reason": "revoked"}
        await browser.close()
    await eventually(lambda: not (kiosk.run / RINGS["teller"]).exists())


async def test_a_listener_hears_both_and_the_operator_not_himself(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"), ("s1", "listener"))
    operator, listener = await kiosk.connected(), await kiosk.connected("s1", "listener")

    def hears(browser: StandIn, hz: float) -> bool:
        wave = np.concatenate([block for _, block in browser.heard[-40:]]) if browser.heard[40:] else np.zeros(48_000)
        spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
        place = round(hz * len(wave) / 48_000)
        return bool(spectrum[place - 3 : place + 4].max() > 0.2 * spectrum.max() > 0)

    await eventually(lambda: hears(listener, MICROPHONE_HZ) and hears(listener, 440) and hears(operator, MICROPHONE_HZ))
    assert not hears(operator, 440)
    for browser in (operator, listener):
        await browser.close()


async def test_the_view_and_the_captions_reach_the_browser_and_only_the_newest_view_waits(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"), consent=False)
    await kiosk.core.send("video-view", view={**VIEW, "screen": "waiting"})
    await kiosk.core.send("video-view", view=VIEW)
    browser = await kiosk.connected(media=False)
    await eventually(lambda: browser.messages["view"])
    assert browser.messages["view"] == [{"view": VIEW}]
    await kiosk.core.send("video-caption", who="customer", text="我想转账")
    await eventually(lambda: browser.messages["captions"])
    assert browser.messages["captions"] == [{"who": "customer", "text": "我想转账"}]
    await kiosk.grant(("t1", "operator"), consent=False, escalation_id="e2")
    await eventually(lambda: browser.state == "closed")
    await browser.close()


async def test_blanked_nothing_is_seen_or_heard(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"))
    await kiosk.core.send("video-view", view=VIEW)
    browser = await kiosk.connected()
    await eventually(lambda: browser.pictures > 10 and pitch_hz(browser.heard[-20:]))
    await kiosk.core.send("video-blank", on=True, sound=True)
    await kiosk.core.send("video-view", view={**VIEW, "screen": "pin"})
    await eventually(lambda: browser.colours[-1] == "black")
    await eventually(lambda: pitch_hz(browser.heard[-20:]) == 0.0)
    del browser.colours[:-1]
    seen = browser.pictures
    await eventually(lambda: browser.pictures > seen + 2)
    assert browser.colours == ["black"]
    assert [m["view"] for m in browser.messages["view"]][1:] in ([None], [None, None])
    await kiosk.core.send("video-view", view=VIEW)
    await kiosk.core.send("video-blank", on=False, sound=True)
    await eventually(lambda: browser.colours[-1] != "black" and pitch_hz(browser.heard[-20:]))
    assert browser.messages["view"][-1] == {"view": VIEW}
    blanks = [m["on"] for m in browser.messages["control"] if m["kind"] == "blank"]
    assert blanks == [False, True, False]
    await browser.close()


async def test_core_gone_blanks_at_once_and_core_back_goes_on(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"))
    browser = await kiosk.connected()
    await eventually(lambda: browser.pictures > 5)
    kiosk.core.close()
    await eventually(lambda: browser.colours[-1] == "black")
    kiosk.core = await connect(kiosk.run / SOCKETS["video"])
    await kiosk.core.send("hello", role="core")
    await kiosk.grant(("t1", "operator"))
    seen = browser.pictures
    await eventually(lambda: browser.pictures > seen + 1)
    assert browser.colours[-1] == "black"  # until core has said that nothing has to be hidden
    await kiosk.core.send("video-blank", on=False, sound=False)
    await eventually(lambda: browser.colours[-1] != "black")
    await browser.close()


async def test_the_same_viewer_again_takes_the_place_of_the_first(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"))
    first = await kiosk.connected()
    await eventually(lambda: first.pictures > 3)
    second = await kiosk.connected()
    await eventually(lambda: second.pictures > 3)
    assert first.messages["control"][-1] == {"kind": "end", "reason": "replaced"}
    await eventually((kiosk.run / RINGS["teller"]).exists)
    assert kiosk.states("failed") == []
    for one in (first, second):
        await one.close()


async def test_an_operator_without_a_picture_is_asked_to_offer_anew(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"))
    browser = StandIn(films=False)
    await browser.accept((await kiosk.offer(await browser.offer())).sdp)
    await eventually(lambda: {"kind": "again", "reason": "no_picture"} in browser.messages["control"])
    assert browser.pictures > 3
    await browser.close()


async def test_a_stopped_process_hangs_up_and_leaves_no_face(kiosk: Kiosk, process: asyncio.subprocess.Process) -> None:
    await kiosk.grant(("t1", "operator"))
    browser = await kiosk.connected()
    await eventually((kiosk.run / RINGS["teller"]).exists)
    process.send_signal(signal.SIGTERM)
    assert await asyncio.wait_for(process.wait(), 60) == 0
    assert not (kiosk.run / RINGS["teller"]).exists()
    assert (await kiosk.offer("v=0")).reason == "video_absent"
    await browser.close()


async def test_a_killed_process_leaves_no_face_once_it_is_back(
    kiosk: Kiosk, process: asyncio.subprocess.Process, run_folder: Path
) -> None:
    await kiosk.grant(("t1", "operator"))
    browser = await kiosk.connected()
    await eventually((kiosk.run / RINGS["teller"]).exists)
    process.kill()
    await process.wait()
    assert (kiosk.run / RINGS["teller"]).exists()
    async with video_process(run_folder):
        again = await reached(kiosk.run / SOCKETS["video"])
        assert not (kiosk.run / RINGS["teller"]).exists()
        await again.send("hello", role="core")
        await again.send("video-grant", escalation_id="e1", viewers=[{"id": "t1", "role": "operator"}], consent=True)
        second = await kiosk.connected()  # rejoins in place
        await eventually(lambda: second.colours)
        assert second.colours == ["black"]  # core has not said that nothing has to be hidden
        again.close()
        await second.close()
    await browser.close()
