"""Small states on the disk: written whole, read back or left out."""

from __future__ import annotations

from pathlib import Path

import structlog
from pydantic import ValidationError

from guitai.errors import GuitaiError
from guitai.wire.commands import B, Body
from guitai.wire.whole import write_whole

log = structlog.get_logger()


def keep(path: Path, kept: Body) -> None:
    """Write a small state down; a power cut leaves the old or the new. Raises GuitaiError ``remote.disk``."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, kept.model_dump_json().encode())
    except OSError as error:
        raise GuitaiError("remote.disk", path=path, reason=error.strerror) from error


def read_kept(path: Path, kind: type[B]) -> B | None:
    """Return a state written down, None if there is none that can be read: headquarters tells it again."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValidationError) as error:
        log.warning("state cannot be read", path=str(path), reason=str(error))
        return None
