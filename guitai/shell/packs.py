"""Takes the chosen knowledge pack into use when a process starts."""

from __future__ import annotations

from pathlib import Path

from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.knowledge.pack import Pack, read
from guitai.tables import KNOWLEDGE_IN_USE


def take_into_use(state: Path) -> Pack:
    """Answer from the pack chosen below the state folder, else from the shipped one, and return it.

    Raises:
        GuitaiError: ``knowledge.bad_pack``.
    """
    chosen = state / KNOWLEDGE_IN_USE
    if chosen.is_file():
        answers.use(read_pack(chosen))
    return answers.in_use()


def read_pack(path: Path) -> Pack:
    """Return the pack of a file. Raises GuitaiError ``knowledge.bad_pack``."""
    try:
        return read(path.read_bytes())
    except (OSError, ValueError) as error:
        raise GuitaiError("knowledge.bad_pack", path=path, reason=str(error)) from error
