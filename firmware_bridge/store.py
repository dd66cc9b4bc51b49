"""A small state in a file: written atomically and synced before anybody may see the step."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Generic, TypeVar

import msgspec

from guitai.errors import GuitaiError

S = TypeVar("S")


class StateFile(Generic[S]):
    """Keeps a frozen dataclass in a JSON file."""

    def __init__(self, path: Path, kind: type[S]) -> None:
        self._path = path
        self._kind = kind

    def load(self) -> S | None:
        """Return the state, or None for a new machine. Raises GuitaiError ``device.state_damaged``."""
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=self._kind)
        except FileNotFoundError:
            return None
        except (OSError, msgspec.DecodeError) as error:
            raise GuitaiError("device.state_damaged", path=self._path, reason=str(error)) from error

    def save(self, state: S) -> None:
        """Replace the state; it is on the disk when this returns."""
        draft = self._path.with_suffix(".new")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(msgspec.json.encode(state))
            file.flush()
            os.fsync(file.fileno())
        draft.replace(self._path)
        folder = os.open(self._path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
