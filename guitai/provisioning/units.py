"""Starts and restarts the kiosk's units, where systemd runs them."""

from __future__ import annotations

import subprocess
from pathlib import Path

TARGET = "guitai.target"
SYSTEMD = Path("/run/systemd/system")
TIMEOUT_S = 120.0


def managed() -> bool:
    """Tell whether systemd runs here and knows the kiosk's target."""
    if not SYSTEMD.is_dir():
        return False
    found = _systemctl("show", "-p", "LoadState", "--value", TARGET)
    return found is not None and found.strip() == "loaded"


def start_units() -> bool:
    """Start the kiosk, or take up new keys and configuration if it runs; return whether there are units here."""
    if not managed():
        return False
    _systemctl("restart", "--no-block", "guitai-keys.service")
    return _systemctl("restart", "--no-block", TARGET) is not None


def restart(*names: str) -> None:
    """Restart those units that run."""
    if managed():
        _systemctl("try-restart", *names)


def stop_units() -> None:
    """Stop the kiosk."""
    if managed():
        _systemctl("stop", TARGET, "guitai-*.service")


def _systemctl(*arguments: str) -> str | None:
    """Return what systemctl printed, or None if it failed."""
    try:
        done = subprocess.run(
            ["systemctl", *arguments], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )  # fmt: skip
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None
