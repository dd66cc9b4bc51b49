"""What a camera setting names: a device by number or stable name, a stream of the network, or a film; and what is there."""

from __future__ import annotations

import re
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from guitai.errors import GuitaiError

Kind = Literal["device", "network", "film"]
SCHEMES = ("rtsp", "rtsps", "http", "https", "tcp", "udp")
DEVICES = Path("/dev")
STABLE = ("guitai/camera-*", "v4l/by-id/*", "v4l/by-path/*")
"""Names udev gives by id or by socket; a bare number depends on the order in which cameras woke up."""


@dataclass(frozen=True, slots=True)
class Named:
    """Where pictures come from."""

    kind: Kind
    name: str
    """What is opened: a path, an address; a device's number."""

    endless: bool
    """Whether the end of pictures is a fault: a film can be shown again, all else cannot."""


def named(setting: str, devices: Path = DEVICES) -> Named:
    """Return what a setting means. Raises GuitaiError ``camera.no_device`` for a device that is not there."""
    if setting.isdecimal():
        return Named("device", setting, endless=True)
    if setting.partition("://")[0] in SCHEMES and "://" in setting:
        return Named("network", setting, endless=True)
    path = Path(setting)
    if path.is_relative_to(devices):
        number = re.fullmatch(r"video(\d+)", path.resolve().name)
        if not path.exists() or number is None:
            raise GuitaiError("camera.no_device", source=setting, present=", ".join(present(devices)) or "none")
        return Named("device", number[1], endless=True)
    return Named("film", setting, endless=_is_fifo(path))


def present(devices: Path = DEVICES) -> list[str]:
    """Return the cameras of this machine by their stable names, by number where they have none."""
    names = [str(path) for pattern in STABLE for path in sorted(devices.glob(pattern))]
    return names or [str(path) for path in sorted(devices.glob("video*"))]


def shown(setting: str) -> str:
    """Return a setting as it may stand in a log: of an address only scheme, host and port.

    Passwords stand before the host, in the path and in the query; one may have any of "@/?#" in it as it is.
    """
    scheme, mark, rest = setting.partition("://")
    if not mark:
        return setting
    login_and_host = re.split("[/?#]", rest, maxsplit=1)[0]
    if "@" in rest[len(login_and_host) :]:  # the host may be before or behind: neither is safe to tell
        return f"{scheme}://…"
    return f"{scheme}://{login_and_host.rpartition('@')[2]}"


def _is_fifo(path: Path) -> bool:
    try:
        return stat.S_ISFIFO(path.stat().st_mode)
    except (OSError, ValueError):
        return False
