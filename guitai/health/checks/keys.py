"""Are the keys there, and for their owner alone?"""

from __future__ import annotations

from pathlib import Path

from guitai.config import Config
from guitai.health.finding import Finding, Repair, finding
from guitai.keys import DEVICE_KEY
from guitai.keyseal.device import SEALED_DEVICE
from guitai.keyseal.stored import PLAIN, SEALED

NEEDED = ("journal.key", "recording.key", "ca.crt", "kiosk.crt", "kiosk.key")
OTHERS = 0o077


async def keys(config: Config) -> list[Finding]:
    """Missing files, and secret ones that others may read."""
    folder = config.paths.keys
    found = []
    missing = [name for name in NEEDED if not (folder / name).exists()]
    for name, sealed in ((PLAIN, SEALED), (DEVICE_KEY, SEALED_DEVICE)):
        if name in missing and (folder / sealed).exists():
            missing.remove(name)
    if missing:
        found.append(finding("keys.missing", names=", ".join(missing), folder=folder))
    if opened := sorted(file for file in folder.glob("*.key") if file.stat().st_mode & OTHERS):
        names = ", ".join(file.name for file in opened)
        repair = Repair({"zh": "收回权限", "en": "take the rights away"}, lambda: _close(opened))
        found.append(finding("keys.open", repair, names=names, folder=folder))
    return found


def _close(files: list[Path]) -> None:
    for file in files:
        file.chmod(0o600)
