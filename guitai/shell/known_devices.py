"""Which reader and PIN pad this kiosk knows: a device that tells who the customer is must be the one it was.

The first one seen is taken as known (a technician stands there); another one counts in the risk sum until a technician
says that it was changed rightly (`guitai risk devices --forget`). Firmware may change: updates are signed elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import orjson
import structlog

from guitai.messages.device import Device, DeviceChanged
from guitai.wire.whole import write_whole

FILE = "known_devices.json"

log = structlog.get_logger()


class KnownDevices:
    """The file of fingerprints by device."""

    def __init__(self, state: Path) -> None:
        self._path = state / FILE

    def changed(self, now: Mapping[Device, str]) -> list[DeviceChanged]:
        """Return the devices that are not the known ones; one never seen before becomes known. A damaged file knows none."""
        try:
            known = self.known()
        except ValueError:
            log.warning("known devices unreadable")
            return [DeviceChanged(device) for device in now]
        if new := {device: found for device, found in now.items() if device not in known}:
            write_whole(self._path, orjson.dumps({**known, **new}, option=orjson.OPT_INDENT_2))
        return [DeviceChanged(device) for device, found in now.items() if known.get(device, found) != found]

    def known(self) -> dict[str, str]:
        """Return the fingerprints. Raises ValueError."""
        if not self._path.exists():
            return {}
        data = orjson.loads(self._path.read_bytes())
        if not isinstance(data, dict) or not all(isinstance(one, str) for one in data.values()):
            raise ValueError("not a table of fingerprints")
        return data

    def forget(self) -> None:
        """Let the next session take what it finds as known."""
        self._path.unlink(missing_ok=True)
