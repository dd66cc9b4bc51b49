"""Is there room to write, and may we?"""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from edge_models.places import taken
from guitai.config import Config
from guitai.health.finding import Finding, Repair, finding

LEAST_MB = 500
UNFINISHED = "*.unfinished"
"""What an interrupted download leaves."""


async def disk(config: Config) -> list[Finding]:
    """A folder that takes nothing, and a disk that is nearly full."""
    folder = config.paths.state
    reason = _refuses(folder)
    if reason:
        return [finding("disk.read_only", folder=folder, reason=reason)]
    free_mb = shutil.disk_usage(folder).free // 1_000_000
    if free_mb >= LEAST_MB:
        return []
    left = sorted(taken(config.paths.models).rglob(UNFINISHED))
    repair = (
        Repair({"zh": "删掉没下完的文件", "en": "remove unfinished downloads"}, lambda: _remove(left)) if left else None
    )
    return [finding("disk.full", repair, folder=folder, free_mb=free_mb)]


def _refuses(folder: Path) -> str:
    if not folder.is_dir():
        return "no such folder"
    if os.statvfs(folder).f_flag & os.ST_RDONLY:
        return "read-only file system"
    return "" if os.access(folder, os.W_OK | os.X_OK) else "no permission"


def _remove(files: list[Path]) -> None:
    for file in files:
        file.unlink(missing_ok=True)
