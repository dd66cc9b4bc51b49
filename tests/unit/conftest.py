"""Fixtures that several rooms' tests share."""

from __future__ import annotations

import pytest

from tests.unit.session.host import Host


@pytest.fixture
def host() -> Host:
    """A session that was just opened, with a card inside, and a bank behind it."""
    host = Host()
    host.open()
    host.insert_card()
    return host
