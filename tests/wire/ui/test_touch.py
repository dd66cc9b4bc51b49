"""Every business of core by touches on a real window: four in every run, all of them in each language, print and position long."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from itertools import product

import pytest

from guitai.dialogue.data import FLOWS

pytestmark = [pytest.mark.window, pytest.mark.timeout(600)]

SOME = ("transfer", "withdraw", "report_loss", "show_document")
MODES = tuple(product(("portrait", "landscape"), ("zh", "en"), ("normal", "large")))


def walked(*arguments: str) -> dict:
    command = [sys.executable, "-m", "tests.wire.ui.walk", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    return json.loads(done.stdout.splitlines()[-1])


def test_some_businesses_by_touch() -> None:
    found = walked("landscape", "zh", "normal", *SOME)
    assert found["failed"] == {}
    assert found["left_out"] == []
    assert found["walked"] == len(SOME)
    # A hand that rests holds no finger up, is told once while it lies there, and presses nothing when it goes.
    assert found["beside_a_hand"] == [["pressed", ["human"]], ["glass", [[["touch.resting", 5]]]], ["glass", [[]]]]
    # A palm on the pad is no signature and keeps no pen from writing.
    assert found["beside_a_palm"] == [1, 5, 5, 5]
    assert {"attract", "conversation", "confirm", "pin", "document", "satisfaction"} <= set(found["screens"])


@pytest.mark.long
@pytest.mark.timeout(0)
@pytest.mark.parametrize("mode", MODES, ids="-".join)
def test_every_business_by_touch(mode: tuple[str, str, str], record_property: Callable[[str, object], None]) -> None:
    found = walked(*mode)
    record_property("touches", found["touches"])
    assert found["left_out"] == []
    assert found["failed"] == {}
    assert found["walked"] == len(FLOWS)
