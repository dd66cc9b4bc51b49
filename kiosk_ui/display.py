"""A screen where there is none: starts Xvfb on a free number and stops it. For the demo, the gallery and tests."""

from __future__ import annotations

import contextlib
import os
import subprocess
from collections.abc import Iterator

from guitai.errors import GuitaiError

READY_BYTES = 16


@contextlib.contextmanager
def virtual_display(width: int = 1080, height: int = 1920) -> Iterator[str]:
    """Yield the DISPLAY of a fresh Xvfb. Raises GuitaiError ``window.no_display``."""
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    try:
        server = subprocess.Popen(command, pass_fds=(writer,), stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    except FileNotFoundError as error:
        os.close(reader)
        raise GuitaiError("window.no_display", reason="Xvfb is not installed") from error
    finally:
        os.close(writer)
    try:
        with os.fdopen(reader) as pipe:
            number = pipe.readline(READY_BYTES).strip()
        if not number:
            raise GuitaiError("window.no_display", reason="Xvfb ended at once")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait(timeout=5)
