"""The versions of the knowledge below the state folder: who built them, who reviewed them, which is in use."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.shell.packs import read_pack
from guitai.tables import KNOWLEDGE_IN_USE
from guitai.wire.whole import write_whole

SHORT = 12
"""Characters of the hash that name a version."""

READABLE = 0o644
"""Core and speech read what a technician's command writes; answers are no secret."""


@dataclass(frozen=True, slots=True)
class Version:
    """One built pack."""

    id: str
    built_by: str
    built_at: str
    note: str
    answers: int


@dataclass(frozen=True, slots=True)
class Used:
    """One time a version was put to use."""

    id: str
    reviewed_by: str
    at: str


class Versions:
    """Packs, their makers, and the history of use; files only, written whole or not at all."""

    def __init__(self, state: Path) -> None:
        self._in_use = state / KNOWLEDGE_IN_USE
        self._folder = self._in_use.parent
        self._history = self._folder / "history.json"

    def add(self, data: bytes, built_by: str, note: str, answers: int) -> Version:
        """Keep a built pack; the same bytes are the same version."""
        name = sha256(data).hexdigest()[:SHORT]
        version = Version(name, built_by, _now(), note, answers)
        with _writing(self._folder):
            self._folder.mkdir(parents=True, exist_ok=True)
            if not self._meta(name).is_file():
                _replace(self.path(name), data)
                _replace(self._meta(name), _json(asdict(version)))
        return self.get(name)

    def path(self, name: str) -> Path:
        """Return the pack's file."""
        return self._folder / f"{name}.jsonl"

    def get(self, name: str) -> Version:
        """Return a version by the beginning of its id. Raises GuitaiError ``knowledge.unknown_version``."""
        found = [path for path in self._folder.glob("*.meta.json") if path.name.startswith(name)] if name else []
        if len(found) != 1:
            raise GuitaiError("knowledge.unknown_version", version=name)
        return Version(**json.loads(found[0].read_text(encoding="utf-8")))

    def all(self) -> list[Version]:
        """Return every version, oldest first."""
        found = [self.get(path.name.removesuffix(".meta.json")) for path in self._folder.glob("*.meta.json")]
        return sorted(found, key=lambda version: (version.built_at, version.id))

    def history(self) -> list[Used]:
        """Return what was put to use, in order; the last one is in use."""
        if not self._history.is_file():
            return []
        return [Used(**one) for one in json.loads(self._history.read_text(encoding="utf-8"))]

    def use(self, name: str, reviewed_by: str) -> Version:
        """Put a version to use after a second person's review.

        Raises:
            GuitaiError: ``knowledge.unknown_version``, ``knowledge.same_person``, ``knowledge.bad_pack``.
        """
        version = self.get(name)
        if reviewed_by.strip().casefold() == version.built_by.strip().casefold():
            raise GuitaiError("knowledge.same_person", name=reviewed_by)
        self._switch([*self.history(), Used(version.id, reviewed_by, _now())])
        return version

    def rollback(self) -> Used | None:
        """Return to what was in use before, None being the pack that shipped.

        Raises:
            GuitaiError: ``knowledge.nothing_before``.
        """
        history = self.history()
        if not history:
            raise GuitaiError("knowledge.nothing_before")
        self._switch(history[:-1])
        return history[-2] if len(history) > 1 else None

    def _switch(self, history: list[Used]) -> None:
        with _writing(self._folder):
            if history:
                read_pack(self.path(history[-1].id))
                _replace(self._in_use, self.path(history[-1].id).read_bytes())
            else:
                self._in_use.unlink(missing_ok=True)
            _replace(self._history, _json([asdict(one) for one in history]))

    def _meta(self, name: str) -> Path:
        return self._folder / f"{name}.meta.json"


def _replace(path: Path, data: bytes) -> None:
    write_whole(path, data, READABLE)


def _json(data: object) -> bytes:
    return json.dumps(data, ensure_ascii=False, indent=1).encode() + b"\n"


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")


@contextmanager
def _writing(path: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise GuitaiError("knowledge.cannot_write", path=path, reason=error.strerror) from error
