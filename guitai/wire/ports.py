"""Free loopback ports for benches, the demo and tests, that nobody else is given before a server listens on them."""

from __future__ import annotations

import socket
from collections import deque

_kept: deque[socket.socket] = deque(maxlen=64)
"""Bound, never listening: the system hands such a port to nobody, yet a server that reuses addresses may listen on it.
A port picked so long ago is in use or done with."""


def free_ports(count: int) -> list[int]:
    """Return loopback ports that the system hands to nobody else while this process lives; servers reuse addresses, all of them."""
    for _ in range(count):
        probe = socket.socket()
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind(("127.0.0.1", 0))
        _kept.append(probe)
    return [int(probe.getsockname()[1]) for probe in list(_kept)[-count:]]
