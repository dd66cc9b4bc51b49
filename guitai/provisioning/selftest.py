"""The guided self-test: every device answers, the machine's own checks, sound and picture; each as the user it is meant for."""

from __future__ import annotations

import asyncio
import importlib.metadata
import os
import pwd
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import orjson
from cryptography import x509

from guitai.clock import SystemClock
from guitai.config import Config
from guitai.keys import DEVICE_CERTIFICATE, content
from guitai.keyseal.stored import SEALED
from guitai.provisioning.report import WORST, Level, Report, Row
from guitai.provisioning.senses import camera, sound

CORE_USER = "guitai-core"
COMMAND_S = 90.0
UP_S = 60.0
EVERY_S = 1.0

Say = Callable[..., str]
LEVELS: dict[str, Level] = {"stop": "stop", "attention": "attention", "watch": "attention", "ok": "ok"}


async def run(config: Config, options: list[str], say: Say, lang: str, tell: Callable[[Row], None]) -> Report:
    """Test everything and return the report; `options` tell a child of ours which configuration; `tell` hears each row."""
    rows: list[Row] = []

    def add(found: Iterable[Row]) -> None:
        for row in found:
            rows.append(row)
            tell(row)

    add(await _devices(options, say, lang))
    add(await sound(config, say))
    add([camera(config, say)])
    add(await _checks(options, say, lang))
    certificate = x509.load_pem_x509_certificate(content(config.paths.keys / DEVICE_CERTIFICATE))
    return Report(
        config.kiosk.id, config.kiosk.branch, SystemClock().unix_ms(), importlib.metadata.version("guitai"),
        f"{certificate.serial_number:x}", f"{certificate.not_valid_after_utc:%Y-%m-%d}",
        "TPM" if (config.paths.keys / SEALED).exists() else "file", tuple(rows),
    )  # fmt: skip


async def until_up(config: Config, within_s: float = UP_S) -> bool:
    """Wait until somebody listens at the devices' port; return whether somebody does."""
    until = time.monotonic() + within_s
    while True:
        try:
            _, writer = await asyncio.open_connection(config.devices.host, config.devices.port)
        except OSError:
            if time.monotonic() > until:
                return False
            await asyncio.sleep(EVERY_S)
        else:
            writer.close()
            return True


async def _devices(options: list[str], say: Say, lang: str) -> list[Row]:
    """One row a device: the worst its questions showed."""
    found = await _json(["devices", "test", "--json", "--lang", lang], options, as_core=True)
    if not isinstance(found, list) or not found:
        return [Row(say("devices"), "stop", say("devices_silent"), say("devices_silent_next"))]
    rows: dict[str, Row] = {}
    for one in found:
        row = Row(str(one["service"]), LEVELS.get(one["level"], "stop"), str(one["says"]), str(one["then"]))
        before = rows.get(row.part)
        if before is None or WORST[row.level] < WORST[before.level]:
            rows[row.part] = row
    return list(rows.values())


async def _checks(options: list[str], say: Say, lang: str) -> list[Row]:
    found = await _json(["doctor", "--json"], options, as_core=False)
    if not isinstance(found, dict):
        return [Row(say("checks"), "attention", say("checks_silent"))]
    rows = [
        Row(say("checks"), LEVELS.get(one["level"], "stop"), str(one["what"][lang]), str(one["next"][lang]))
        for one in found["findings"]
    ]
    return rows or [Row(say("checks"), "ok", say("checks_ok", count=len(found["checks"])))]


async def _json(command: list[str], options: list[str], *, as_core: bool) -> Any:
    """Return what a command of ours printed as JSON; None if it printed none."""
    line = [sys.executable, "-m", "guitai", *options, *command]
    if as_core and os.geteuid() == 0 and _exists(CORE_USER):
        line = ["runuser", "-u", CORE_USER, "--", *line]  # nobody else may speak to the devices
    process = await asyncio.create_subprocess_exec(
        *line, stdin=asyncio.subprocess.DEVNULL, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL,
        cwd=Path("/"),
    )  # fmt: skip
    try:
        out, _ = await asyncio.wait_for(process.communicate(), COMMAND_S)
        return orjson.loads(out)
    except (TimeoutError, orjson.JSONDecodeError):
        return None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


def _exists(user: str) -> bool:
    try:
        pwd.getpwnam(user)
    except KeyError:
        return False
    return True
