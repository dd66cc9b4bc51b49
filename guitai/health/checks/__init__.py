"""One small check a file: each looks at one part of the machine and returns what is wrong with it."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from guitai.config import Config
from guitai.health.finding import Finding

Check = Callable[[Config], Awaitable[list[Finding]]]
"""Looks, changes nothing, ends within `guitai.health.examine.LIMIT_S`. What it cannot look at it says nothing about."""
