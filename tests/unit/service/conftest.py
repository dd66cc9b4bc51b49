"""Headquarters in a folder of the test's own."""

from __future__ import annotations

import pytest

from .desk import Headquarters


@pytest.fixture
def hq(place):
    headquarters = Headquarters(place)
    yield headquarters
    headquarters.store.close()
