"""Chunks by their hash in files, packages in a table. A package is there only when every chunk of it is on the disk."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import orjson

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.wire.uploads import MOST_CHUNK_BYTES, Package
from guitai.wire.whole import write_whole
from headquarters.engine import Engine

FOLDER = "uploads"
"""Of the chunks, in headquarters' state folder."""

SCHEMA = """
CREATE TABLE IF NOT EXISTS packages(
  kiosk TEXT NOT NULL, name TEXT NOT NULL, kind TEXT NOT NULL, sha256 TEXT NOT NULL, manifest TEXT NOT NULL,
  chunks TEXT NOT NULL, at_ms INTEGER NOT NULL, PRIMARY KEY(kiosk, name)) STRICT, WITHOUT ROWID;
"""


class Uploads:
    """The folder is shared by all processes of headquarters; a chunk that many packages name lies there once."""

    def __init__(self, engine: Engine, folder: Path, clock: Clock) -> None:
        self.engine = self._engine = engine
        self._folder, self._clock = folder, clock
        engine.executescript(SCHEMA)

    def missing(self, chunks: tuple[str, ...]) -> tuple[str, ...]:
        """Return those that are not here, each once."""
        return tuple(sha256 for sha256 in dict.fromkeys(chunks) if not self._path(sha256).is_file())

    def put(self, sha256: str, body: bytes) -> None:
        """Keep a chunk; it is on the disk when this returns. Raises GuitaiError ``remote.bad_chunk``, OSError."""
        if len(body) > MOST_CHUNK_BYTES or hashlib.sha256(body).hexdigest() != sha256:
            raise GuitaiError("remote.bad_chunk")
        path = self._path(sha256)
        if not path.is_file():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            write_whole(path, body)

    def complete(self, kiosk: str, name: str, package: Package) -> tuple[str, ...]:
        """Keep a package; return the chunks that are still missing, in which case nothing was kept.

        Raises GuitaiError ``remote.other_package`` if another one has the name.
        """
        if missing := self.missing(package.chunks):
            return missing
        digest = hashlib.sha256(package.manifest.encode()).hexdigest()
        chunks = orjson.dumps(package.chunks).decode()
        self._engine.execute(
            "INSERT INTO packages VALUES(?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (kiosk, name, package.kind, digest, package.manifest, chunks, self._clock.unix_ms()),
        )
        kept = self._engine.execute(
            "SELECT sha256, chunks FROM packages WHERE kiosk = ? AND name = ?", (kiosk, name)
        ).fetchone()
        if (kept["sha256"], kept["chunks"]) != (digest, chunks):
            raise GuitaiError("remote.other_package", name=name)
        return ()

    def of(self, kiosk: str) -> list[dict[str, Any]]:
        """Return a kiosk's packages, oldest first."""
        rows = self._engine.execute(
            "SELECT name, kind, sha256, at_ms FROM packages WHERE kiosk = ? ORDER BY at_ms, name", (kiosk,)
        )
        return [dict(row) for row in rows]

    def chunk(self, sha256: str) -> bytes:
        """Return a chunk as it lay at the kiosk. Raises OSError."""
        return self._path(sha256).read_bytes()

    def take_out(self, kiosk: str, name: str, folder: Path) -> None:
        """Write a package's manifest and chunks into a folder, as they lay at the kiosk.

        Raises GuitaiError ``remote.no_recording``, OSError.
        """
        row = self._engine.execute(
            "SELECT manifest, chunks FROM packages WHERE kiosk = ? AND name = ?", (kiosk, name)
        ).fetchone()
        if row is None:
            raise GuitaiError("remote.no_recording", recording=name)
        folder.mkdir(parents=True)
        for number, sha256 in enumerate(orjson.loads(row["chunks"])):
            (folder / f"{number:06}.chunk").write_bytes(self._path(sha256).read_bytes())
        (folder / "manifest.json").write_text(row["manifest"], encoding="utf-8")

    def _path(self, sha256: str) -> Path:
        return self._folder / sha256[:2] / sha256
