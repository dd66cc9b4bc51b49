"""A cabinet whose sensors are shared out among two services: each says only what it has."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from firmware_bridge.client.cabinet import AUXILIARIES, Cabinet
from guitai.messages.branch import SensorChanged
from guitai.messages.device import PrivateEar


@dataclass
class Service:
    """As much of a link as the cabinet looks at."""

    name: str
    auxiliaries: dict[str, Any]
    interfaces: frozenset[str] = field(default=frozenset({AUXILIARIES}))

    @property
    def status(self) -> dict[str, Any]:
        return {"auxiliaries": self.auxiliaries}


def test_the_handset_is_where_the_service_says_that_has_it() -> None:
    told: list[object] = []
    cabinet = Cabinet(None, told.append)
    front = Service("front", {"handsetSensor": "onTheHook", "safeDoor": None})
    safe = Service("safe", {"safeDoor": "open", "handsetSensor": None})
    cabinet.judge(front)
    cabinet.judge(safe)
    assert told == [PrivateEar(False, moved=False), SensorChanged("safe", alarm=True)]
    front.auxiliaries["handsetSensor"] = "offTheHook"
    cabinet.judge(front)
    cabinet.judge(safe)
    cabinet.judge(front)
    cabinet.went_down(safe)
    assert told[2:] == [PrivateEar(True)]
    assert (cabinet.handset_lifted, cabinet.headphones_in) == (True, None)
    cabinet.went_down(front)
    assert told[3:] == [PrivateEar(False, moved=False)]
    assert cabinet.handset_lifted is None
    cabinet.judge(safe)
    assert told[4:] == []
