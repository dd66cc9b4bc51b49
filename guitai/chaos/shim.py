"""Builds `shim.c` and starts a recorded program behind it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from guitai.errors import GuitaiError

SOURCE = Path(__file__).with_name("shim.c")


def build(folder: Path) -> Path:
    """Compile the shim into `folder`. Raises GuitaiError ``chaos.no_compiler``."""
    built = folder / "shim.so"
    command = ["gcc", "-O2", "-shared", "-fPIC", "-o", str(built), str(SOURCE), "-ldl", "-lpthread"]
    try:
        subprocess.run(command, check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise GuitaiError("chaos.no_compiler", reason=str(error)) from error
    return built


def record(shim: Path, module: str, arguments: list[str], folder: Path, log: Path, faults: str = "") -> None:
    """Run ``python -m MODULE ARGUMENTS`` and log what it does to the files of `folder`; see shim.c for `faults`.

    Raises GuitaiError ``chaos.recorded_died`` with the end of what it said.
    """
    environment: Mapping[str, str] = {
        **os.environ,
        "LD_PRELOAD": str(shim),
        "GUITAI_DISK_FOLDER": f"{folder}/",
        "GUITAI_DISK_LOG": str(log),
        "GUITAI_DISK_FAULTS": faults,
    }
    run = subprocess.run(
        [sys.executable, "-m", module, *arguments], env=environment, capture_output=True, text=True, check=False
    )
    if run.returncode:
        raise GuitaiError("chaos.recorded_died", module=module, reason=run.stderr[-2000:])
