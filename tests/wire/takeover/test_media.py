"""Sound and picture both ways, told by their content: a colour code and a tone are decoded on the other side."""

from __future__ import annotations

import numpy as np

from guitai.tables import RINGS
from guitai.wire.rings import RingReader, picture
from sync.takeover.stand_in import COLOURS, colour_of, pitch_hz
from tests.wire.takeover.conftest import MICROPHONE_HZ, Kiosk, eventually


async def test_moving_pictures_and_sound_go_both_ways(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"))
    browser = await kiosk.connected()
    await eventually(lambda: set(COLOURS) <= set(browser.colours))
    await eventually(lambda: len(browser.heard) > 60)
    assert abs(pitch_hz(browser.heard[-50:]) - MICROPHONE_HZ) < 10

    path = kiosk.run / RINGS["teller"]
    await eventually(path.exists)
    ring, seen = RingReader(path), set()

    def all_seen() -> bool:
        slot = ring.borrow()
        if slot is not None:
            seen.add(colour_of(picture(slot, ring.shape)))
        return set(COLOURS) <= seen

    await eventually(all_seen)
    ring.close()
    chunks = await eventually(lambda: [f for f in kiosk.mixed if f.type == "audio-chunk"][50:])
    wave = np.concatenate([np.frombuffer(f.payload, "<i2") for f in chunks])
    assert abs(pitch_hz([(0, wave)]) - 440) < 10
    start = next(f for f in kiosk.mixed if f.type == "play-start")
    assert (start.data["priority"], start.data["rate"]) == ("teller", 48_000)
    assert kiosk.states("connected")[-1] == {
        "escalation_id": "e1", "viewer_id": "t1", "state": "connected", "picture": True
    }  # fmt: skip
    await browser.close()
    await eventually(lambda: not path.exists())
