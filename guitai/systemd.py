"""sd_notify in a few lines: tells the service manager that a process is ready or alive; nothing without one."""

from __future__ import annotations

import contextlib
import os
import socket


def notify(state: str) -> None:
    """Send ``READY=1``, ``WATCHDOG=1``, ``STOPPING=1`` or ``STATUS=…`` to $NOTIFY_SOCKET, if there is one.

    Source: sd_notify(3). Call ``WATCHDOG=1`` only from a work loop that has just completed a round.
    """
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    # Nobody listening any more is the manager's business; it never stops the work.
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as sender, contextlib.suppress(OSError):
        sender.setblocking(False)
        sender.sendto(state.encode(), address)
