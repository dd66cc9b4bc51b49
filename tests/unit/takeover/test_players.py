"""The customers of the kill test: one whose touch changed nothing waits before the next."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from guitai.wire.framing import Frame
from tests.chaos.takeover import people
from tests.chaos.takeover.people import AGAIN_S, Customer


class Enough(Exception):
    """It has been seen for long enough."""


async def test_a_customer_who_is_told_that_the_line_is_down_waits_before_the_next_touch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kiosk: Any = SimpleNamespace(config=SimpleNamespace(paths=SimpleNamespace(run=tmp_path)))
    customer = Customer(kiosk, random.Random(1))
    customer.stage, customer._calls = "open", 3
    waited: list[float] = []
    between: list[float] = []

    async def press(_type: str, **_data: object) -> None:
        between.append(sum(waited))
        waited.clear()
        if len(between) == 4:
            raise Enough
        step = {"stage": "open", "event": {"type": "touch.pressed"}}
        customer._heard(Frame("step", step))

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    monkeypatch.setattr(customer._window, "send", press)
    monkeypatch.setattr(people, "asyncio", SimpleNamespace(wait_for=asyncio.wait_for, sleep=sleep))
    with pytest.raises(Enough):
        await customer._live()
    assert all(seconds >= AGAIN_S for seconds in between[1:])
