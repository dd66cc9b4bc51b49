"""A blocking Wyoming client over tcp:// or unix://, for engines that live elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlparse

from guitai.errors import GuitaiError
from guitai.wire.framing import Frame, FrameDecoder, encode

TIMEOUT_S = 10.0
_READ_BYTES = 64 * 1024


class Connection:
    """One exchange with a server. Raises GuitaiError ``speech.remote_failed`` whatever goes wrong."""

    def __init__(self, uri: str, link: socket.socket) -> None:
        self._uri, self._link = uri, link
        self._decoder = FrameDecoder()

    def send(self, type_: str, payload: bytes = b"", /, **data: object) -> None:
        """Send one frame."""
        try:
            self._link.sendall(encode(Frame(type_, data, payload)))
        except OSError as error:
            raise GuitaiError("speech.remote_failed", uri=self._uri, reason=str(error)) from error

    def frames(self) -> Iterator[Frame]:
        """Yield what comes; an ``error`` frame is raised."""
        try:
            while chunk := self._link.recv(_READ_BYTES):
                for frame in self._decoder.feed(chunk):
                    if frame.type == "error":
                        raise GuitaiError("speech.remote_failed", uri=self._uri, reason=frame.data.get("code", "error"))
                    yield frame
        except OSError as error:
            raise GuitaiError("speech.remote_failed", uri=self._uri, reason=str(error)) from error
        raise GuitaiError("speech.remote_failed", uri=self._uri, reason="it closed the connection")


@contextmanager
def connected(uri: str) -> Iterator[Connection]:
    """Connect for one exchange."""
    parts = urlparse(uri)
    try:
        if parts.scheme == "unix":
            link = socket.socket(socket.AF_UNIX)
            link.settimeout(TIMEOUT_S)
            link.connect(parts.path)
        else:
            link = socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 0), TIMEOUT_S)
    except (OSError, ValueError) as error:
        raise GuitaiError("speech.remote_failed", uri=uri, reason=str(error)) from error
    with link:
        yield Connection(uri, link)


def is_uri(engine: str) -> bool:
    """Return whether a configured engine is a server's address."""
    return engine.startswith(("tcp://", "unix://"))
