"""Real fonts for layout tests; no window."""

from __future__ import annotations

import pytest

from kiosk_ui import fonts


@pytest.fixture(scope="session")
def found(tmp_path_factory):
    return fonts.find(tmp_path_factory.mktemp("state"))


@pytest.fixture(scope="session")
def measure(found):
    return fonts.Measure(found)
