"""Takes the chosen knowledge pack into use when a process starts."""

from __future__ import annotations

from pathlib import Path

import structlog

from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.knowledge.pack import Pack, read
from guitai.tables import KNOWLEDGE_IN_USE

_log = structlog.get_logger()


def take_into_use(state: Path) -> Pack:
    """Answer from the pack chosen below the state folder, else from the shipped one, and return it.

    A chosen pack that cannot be read is logged and passed over: a kiosk with a bad file must start all the same.
    """
    chosen = state / KNOWLEDGE_IN_USE
    pack = None
    if chosen.is_file():
        try:
            pack = read_pack(chosen)
        except GuitaiError as error:
            _log.warning("knowledge pack not usable, the shipped one answers", code=error.code)
    pack = answers.shipped() if pack is None else pack
    answers.use(pack)
    return pack


def read_pack(path: Path) -> Pack:
    """Return the pack of a file. Raises GuitaiError ``knowledge.bad_pack``."""
    try:
        return read(path.read_bytes())
    except (OSError, ValueError) as error:
        raise GuitaiError("knowledge.bad_pack", path=path, reason=str(error)) from error
