"""Runs every check, and the repairs somebody asked for."""

from __future__ import annotations

import asyncio
import subprocess

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.health.checks import Check
from guitai.health.checks.certificates import certificates
from guitai.health.checks.devices import devices
from guitai.health.checks.disk import disk
from guitai.health.checks.keys import keys
from guitai.health.checks.line import bank, broker
from guitai.health.checks.models import models
from guitai.health.checks.processes import port, processes, programs
from guitai.health.checks.senses import senses
from guitai.health.checks.told import told
from guitai.health.finding import Finding, finding

LIMIT_S = 20.0

CHECKS: dict[str, Check] = {
    "keys": keys,
    "certificates": certificates,
    "disk": disk,
    "models": models,
    "programs": programs,
    "processes": processes,
    "port": port,
    "devices": devices,
    "senses": senses,
    "broker": broker,
    "bank": bank,
    "told": told,
}
ORDER = {"stop": 0, "watch": 1}


async def examine(config: Config) -> list[Finding]:
    """Return everything that is wrong, what stops customers first."""
    lists = await asyncio.gather(*(_look(name, check, config) for name, check in CHECKS.items()))
    once = {one.key: one for found in lists for one in found}  # sync and the bank's answer may tell of the same clock
    return sorted(once.values(), key=lambda one: ORDER[one.level])


def mend(found: list[Finding]) -> list[tuple[Finding, str]]:
    """Run the repairs; return each finding that has one with why it did not work, empty if it did."""
    return [(one, _mended(one)) for one in found if one.repair is not None]


async def _look(name: str, check: Check, config: Config) -> list[Finding]:
    try:
        async with asyncio.timeout(LIMIT_S):
            return await check(config)
    except TimeoutError:
        return [finding("check.failed", name=name, reason=f"no end within {LIMIT_S:.0f} s")]
    except (OSError, GuitaiError) as error:
        return [finding("check.failed", name=name, reason=error)]


def _mended(one: Finding) -> str:
    assert one.repair is not None
    try:
        one.repair.run()
    except (OSError, GuitaiError, subprocess.SubprocessError) as error:
        return str(error)
    return ""
