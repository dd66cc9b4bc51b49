"""What open consoles are told when events have been stored: that something is new, and of what."""

from __future__ import annotations

from collections.abc import Collection

from guitai.tables import HANDOVER_PREFIXES
from headquarters.live import Notice
from headquarters.store import Stored

OF_DEVICES = frozenset({"device.state", "face.camera"})


def notices(stored: Stored, talks: Collection[str]) -> set[Notice]:
    """Return which calls changed, whose talk went on (`talks`: sessions with an open call), which kiosk's devices did."""
    found: set[Notice] = set()
    for arrival in stored.new:
        row, branch = arrival.row, arrival.branch
        if row.type.startswith(HANDOVER_PREFIXES):
            id_ = str(row.body.get("escalation_id", ""))
            found |= {Notice("queue", id_, branch), Notice("escalation", id_, branch)}
        if row.session_id in talks:
            found.add(Notice("transcript", row.session_id, branch))
        if row.type in OF_DEVICES:
            found.add(Notice("fleet", arrival.kiosk, branch))
    return found
