"""The picture of a paper goes from core to the operator's browser, to nobody else, and never in the dark."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from guitai.wire.framing import MAX_PAYLOAD_BYTES
from guitai.wire.video import MOST_PAPER_BYTES
from sync.takeover.stand_in import StandIn
from tests.wire.takeover.conftest import Kiosk, eventually


async def sends(
    kiosk: Kiosk, picture: bytes, *, viewer: str = "t1", escalation: str = "e1", part: int = MAX_PAYLOAD_BYTES
) -> str:
    digest = hashlib.sha256(picture).hexdigest()
    for at in range(0, len(picture), part):
        await kiosk.core.send(
            "video-paper", picture[at : at + part], escalation_id=escalation, viewer_id=viewer, what="document",
            sha256=digest, at=at, size=len(picture),
        )  # fmt: skip
    return digest


def came(browser: StandIn) -> tuple[list[Any], bytes]:
    told = browser.messages["papers"]
    return [one for one in told if isinstance(one, dict)], b"".join(one for one in told if isinstance(one, bytes))


async def test_the_operator_gets_the_picture_whole_and_a_listener_nothing(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"), ("s1", "listener"), consent=False)
    operator = await kiosk.connected(media=False)
    listener = await kiosk.connected("s1", "listener", media=False)
    await eventually(lambda: operator.messages["control"] and listener.messages["control"])
    picture = secrets.token_bytes(1_500_000)
    digest = await sends(kiosk, picture)
    await eventually(lambda: len(came(operator)[1]) == len(picture))
    assert came(operator) == ([{"what": "document", "sha256": digest, "size": len(picture)}], picture)
    assert came(listener) == ([], b"")
    for browser in (operator, listener):
        await browser.close()


async def test_nothing_goes_in_the_dark_to_others_or_in_pieces(kiosk: Kiosk) -> None:
    await kiosk.grant(("t1", "operator"), consent=False)
    operator = await kiosk.connected(media=False)
    await eventually(lambda: operator.messages["control"])  # the channels are open
    small = b"picture" * 1_000
    await sends(kiosk, small, viewer="t2")
    await sends(kiosk, small, escalation="e2")
    await kiosk.core.send(
        "video-paper", b"end", escalation_id="e1", viewer_id="t1", what="document", sha256="", at=7, size=10
    )
    await kiosk.core.send(
        "video-paper",
        b"x",
        escalation_id="e1",
        viewer_id="t1",
        what="document",
        sha256="",
        at=0,
        size=MOST_PAPER_BYTES + 1,
    )
    await kiosk.core.send("video-blank", on=True, sound=True)
    await sends(kiosk, small)
    await kiosk.core.send("video-blank", on=False, sound=False)
    await sends(kiosk, small)
    await eventually(lambda: came(operator)[1])
    assert len(came(operator)[0]) == 1
    await eventually(lambda: came(operator)[1] == small)
    await operator.close()
