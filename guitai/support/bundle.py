"""Makes the bundle: configuration, findings, the machine and its units, the newest log lines; scrubbed, packed, sealed.

A bundle is a line that names it (``guitai.support/1`` and the kiosk), then the box (`guitai.keyseal.box`) with a tar.gz in it.
"""

from __future__ import annotations

import gzip
import importlib.metadata
import io
import os
import platform
import shutil
import subprocess
import tarfile
import zlib
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import orjson
import psutil

from guitai.clock import SystemClock
from guitai.config import ETC, Config, dump
from guitai.errors import GuitaiError
from guitai.health.finding import Finding
from guitai.keyseal.box import InvalidTag, private_key, public_key, seal, unseal
from guitai.support.scrub import log_lines, scrubbed
from guitai.tables import SUPPORT_PUBLIC

FORMAT = "guitai.support/1"
MOST_BYTES = 900_000
"""Of a sealed bundle: it passes in one frame from core to sync."""

MOST_SEALED = 8_000_000
"""Of what is opened; older kiosks may have other limits than `MOST_BYTES`."""

MOST_OPENED, MOST_FILES = 64_000_000, 32
"""Of an opened one, bytes and files: who seals a bundle may be anybody who has the public key."""

LINES = 5000
SINCE = "-48h"
UNITS = "guitai*"
ASKED = "Id,ActiveState,SubState,Result,NRestarts,MemoryCurrent,ExecMainStatus"
TELLS_S = 20.0
MB = 1_000_000


def make(config: Config, findings: Iterable[Finding], lines: list[str] | None = None) -> bytes:
    """Return a sealed bundle. `lines` stand for what journald has.

    Raises GuitaiError ``support.no_key``, ``keys.not_a_recovery_key``.
    """
    public = public_key(_key_file(config))
    kept, others = log_lines(journal() if lines is None else lines)
    parts: dict[str, Any] = {
        "about.json": {**_about(config), "log_lines": len(kept), "log_lines_of_others": others},
        "config.json": dump(config),
        "findings.json": [_told(one) for one in findings],
        "machine.json": _machine(config),
        "units.json": units(),
    }
    files = {name: orjson.dumps(scrubbed("", part), option=orjson.OPT_INDENT_2) for name, part in parts.items()}
    while True:
        sealed = _sealed(config.kiosk.id, _packed({**files, "log.jsonl": b"\n".join(kept)}), public)
        if len(sealed) <= MOST_BYTES or not kept:
            return sealed
        kept = kept[len(kept) // 2 + 1 :]  # the newest are last


def open_(sealed: bytes, private: Path) -> tuple[str, dict[str, bytes]]:
    """Return whose bundle it is, and its files.

    Raises GuitaiError ``support.bad_file``, ``support.other_key``, ``keys.missing``, ``keys.not_a_recovery_key``.
    """
    key = private_key(private)
    if len(sealed) > MOST_SEALED:
        raise GuitaiError("support.bad_file", reason=f"more than {MOST_SEALED // MB} MB")
    head, _, box = sealed.partition(b"\n")
    form, _, kiosk = head.decode("ascii", "replace").partition(" ")
    if form != FORMAT:
        raise GuitaiError("support.bad_file", reason="no support bundle")
    try:
        packed = unseal(box, head, FORMAT, key)
    except InvalidTag as error:
        raise GuitaiError("support.other_key", kiosk=kiosk) from error
    except ValueError as error:
        raise GuitaiError("support.bad_file", reason=str(error)) from error
    return kiosk, _unpacked(packed)


def _unpacked(packed: bytes) -> dict[str, bytes]:
    """Return the files of a tar.gz that others have made. Raises GuitaiError ``support.bad_file``."""
    found: dict[str, bytes] = {}
    total = 0
    try:
        with gzip.open(io.BytesIO(packed)) as file:
            plain = file.read(MOST_OPENED + 1)
        if len(plain) > MOST_OPENED:
            raise GuitaiError("support.bad_file", reason=f"more than {MOST_OPENED // MB} MB")
        with tarfile.open(fileobj=io.BytesIO(plain), mode="r:") as archive:
            for member in archive:
                if member.issparse():  # holes are no bytes of the tar, and as large as somebody likes
                    raise GuitaiError("support.bad_file", reason="a sparse file")
                content = archive.extractfile(member) if member.isreg() else None
                name = Path(member.name).name
                if content is not None and name not in ("", "..") and len(found) < MOST_FILES:
                    found[name] = content.read(MOST_OPENED - total + 1)
                    total += len(found[name])
                    if total > MOST_OPENED:
                        raise GuitaiError("support.bad_file", reason=f"more than {MOST_OPENED // MB} MB")
    except (OSError, EOFError, zlib.error, tarfile.TarError) as error:
        raise GuitaiError("support.bad_file", reason=str(error)) from error
    return found


def journal() -> list[str]:
    """Return what journald has of our units, oldest first; nothing where there is none, or we may not read it."""
    return _said(
        [
            "journalctl",
            "--unit",
            UNITS,
            "--output",
            "cat",
            "--since",
            SINCE,
            "--lines",
            str(LINES),
            "--no-pager",
            "--quiet",
        ]
    ).splitlines()


def units() -> list[dict[str, str]]:
    """Return how systemd says our units do; nothing where there is none."""
    blocks = _said(["systemctl", "show", UNITS, "--all", "--property", ASKED]).strip().split("\n\n")
    rows = [dict(line.partition("=")[::2] for line in block.splitlines() if "=" in line) for block in blocks]
    return [row for row in rows if row]


def _key_file(config: Config) -> Path:
    for folder in (config.paths.keys, ETC):
        if (folder / SUPPORT_PUBLIC).exists():
            return folder / SUPPORT_PUBLIC
    raise GuitaiError("support.no_key", path=config.paths.keys / SUPPORT_PUBLIC)


def _about(config: Config) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "kiosk": config.kiosk.id,
        "branch": config.kiosk.branch,
        "made_ms": SystemClock().unix_ms(),
        "software": importlib.metadata.version("guitai"),
        "installed": str(Path("/opt/guitai").resolve().name),
        "python": platform.python_version(),
        "kernel": platform.release(),
        "up_s": int(SystemClock().unix_ms() / 1000 - psutil.boot_time()),
        "user": os.geteuid(),
    }


def _told(one: Finding) -> dict[str, Any]:
    return {"code": one.code, "level": one.level, "what": one.what["en"], "next": one.then["en"]}


def _machine(config: Config) -> dict[str, Any]:
    memory = psutil.virtual_memory()
    folder = config.paths.state
    usage = shutil.disk_usage(folder) if folder.exists() else None
    return {
        "disk": {"total_mb": usage.total // MB, "free_mb": usage.free // MB} if usage else None,
        "memory": {"total_mb": memory.total // MB, "available_mb": memory.available // MB},
        "load": list(os.getloadavg()),
        "processes": [_process(one) for one in psutil.process_iter() if _ours(one)],
        "state": {
            file.name: {"size_bytes": file.stat().st_size} for file in sorted(folder.glob("*")) if file.is_file()
        },
    }


def _ours(process: psutil.Process) -> bool:
    try:
        return any(word.endswith(("/guitai", "guitai.cli.main")) for word in process.cmdline()[:3])
    except psutil.Error:
        return False


def _process(one: psutil.Process) -> dict[str, Any]:
    try:
        with one.oneshot():
            times = one.cpu_times()
            return {
                "command": " ".join(one.cmdline()[1:5]), "memory_mb": one.memory_info().rss // MB,
                "cpu_s": round(times.user + times.system), "threads": one.num_threads(),
            }  # fmt: skip
    except psutil.Error:
        return {}


def _packed(files: Mapping[str, bytes]) -> bytes:
    target = io.BytesIO()
    with tarfile.open(fileobj=target, mode="w:gz") as archive:
        for name, content in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(content)
            archive.addfile(entry, io.BytesIO(content))
    return target.getvalue()


def _sealed(kiosk: str, packed: bytes, public: Any) -> bytes:
    head = f"{FORMAT} {kiosk}".encode("ascii")
    return head + b"\n" + seal(packed, head, FORMAT, public)


def _said(command: list[str]) -> str:
    try:
        done = subprocess.run(command, check=False, capture_output=True, timeout=TELLS_S)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.decode("utf-8", "replace")
