"""Where models lie: an installed kiosk has its version's own, which nothing changes, and what it took in itself, which is read first."""

from __future__ import annotations

from pathlib import Path

OWN = Path("/opt/guitai/models")
"""Those of the version in use; the root may be one that cannot be written."""

DATA = Path("/var/lib/guitai/models")
"""Packs, pulled models, and what a technician puts there: on the data partition, whatever version is in use."""


def taken(models: Path) -> Path:
    """Return where models are written: beside an installed version's own; any other folder takes them itself."""
    return DATA if models == OWN else models


def places(models: Path) -> tuple[Path, ...]:
    """Return the folders that models are read from, first come first."""
    return tuple(dict.fromkeys((taken(models), models)))


def found(models: Path, name: str) -> Path:
    """Return the first of `places` that has this; where nothing has it, the version's own."""
    return next((folder / name for folder in places(models) if (folder / name).exists()), models / name)
