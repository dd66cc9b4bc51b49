"""A release as it travels: a signed descriptor and chunks named by their SHA-256; fetched piece by piece, resumed where it broke off.

A release is a folder, on a USB stick and at headquarters alike: ``release.json``, ``release.p7s`` (its CMS signature, detached,
DER) and the chunks. Its id is the SHA-256 of ``release.json``, so whoever names a release names every byte of it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal, Protocol, Self

from pydantic import Field, ValidationError, model_validator

from guitai.errors import GuitaiError
from guitai.wire.commands import Body
from guitai.wire.whole import sync_folder, write_whole

DESCRIPTOR, SIGNATURE = "release.json", "release.p7s"
CHUNK_BYTES = 4 * 1024 * 1024
MOST_CHUNKS = 20_000
DESCRIPTOR_BYTES = 4 * 1024 * 1024
SIGNATURE_BYTES = 64 * 1024

Hex = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Kind = Literal["software", "models", "answers", "flows", "rules"]


class Release(Body):
    """What a release is and whom it is for (``release.json``)."""

    format: Literal[1]
    kind: Kind
    """``software``: into a slot; the rest: packs for a store of versions, or models."""

    payload: Literal["rauc", "tar", "file"]
    """A RAUC bundle, a tar of the folder that `bundle/install` lies in, or one file for a store of versions."""

    compatible: Annotated[str, Field(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
    """The machines it is for, as RAUC's compatible string."""

    version: Annotated[str, Field(pattern=r"^\d{1,6}(\.\d{1,6}){0,3}$")]
    build: Annotated[int, Field(ge=0, le=2**53)]
    """Grows with every build; what is not newer by (version, build) than what runs is refused."""

    name: Annotated[str, Field(pattern=r"^[A-Za-z0-9._+-]{1,100}$")]
    """What people call it; of software the folder it is installed in."""

    sha256: Hex
    """Of the whole payload."""

    size: Annotated[int, Field(ge=1)]
    """Of the whole payload, bytes."""

    chunk_bytes: Annotated[int, Field(ge=1, le=64 * 1024 * 1024)]
    chunks: Annotated[tuple[Hex, ...], Field(min_length=1, max_length=MOST_CHUNKS)]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if -(-self.size // self.chunk_bytes) != len(self.chunks):
            raise ValueError("the chunks are not as many as the size says")
        return self

    @property
    def order(self) -> tuple[int, ...]:
        """Return what versions are compared by: four numbers of the version, then the build."""
        numbers = [int(part) for part in self.version.split(".")]
        return (*numbers, *[0] * (4 - len(numbers)), self.build)


class Wanted(Body):
    """What sync asks of the updater (``wanted.json``)."""

    job: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{1,64}$")]
    release: Hex


class Ended(Body):
    """How the updater tells a job's end (``outcomes/JOB.json``)."""

    release: str
    status: Literal["SUCCEEDED", "FAILED", "REJECTED", "CANCELED"]
    reason: Annotated[str, Field(max_length=200)] = ""


class Source(Protocol):
    """Where a release's files come from."""

    def read(self, name: str, most: int) -> bytes:
        """Return a file of at most `most` bytes. Raises GuitaiError ``updates.source`` (may come back), OSError."""
        ...


class Folder:
    """A release that lies in a folder: on a stick, or where sync has put it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def read(self, name: str, most: int) -> bytes:
        """Return a file's bytes. Raises GuitaiError ``updates.source``."""
        try:
            with (self._path / name).open("rb") as file:
                data = file.read(most + 1)
        except OSError as error:
            raise GuitaiError("updates.source", reason=f"{name}: {error.strerror}") from error
        if len(data) > most:
            raise GuitaiError("updates.damaged", name=name)
        return data


def id_of(descriptor: bytes) -> str:
    """Return a release's id."""
    return hashlib.sha256(descriptor).hexdigest()


def parsed(descriptor: bytes) -> Release:
    """Return what a descriptor says. Raises GuitaiError ``updates.damaged``."""
    try:
        return Release.model_validate_json(descriptor, strict=True)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise GuitaiError("updates.damaged", name=f"{DESCRIPTOR} ({place}: {first['msg']})"[:200]) from error


def fetch_head(source: Source, release_id: str, into: Path) -> Release:
    """Fetch descriptor and signature; return what the descriptor says, which nobody has vouched for yet.

    Raises:
        GuitaiError: ``updates.source``, ``updates.damaged`` (the id is another one).
        OSError: the disk.
    """
    descriptor = source.read(DESCRIPTOR, DESCRIPTOR_BYTES)
    if id_of(descriptor) != release_id:
        raise GuitaiError("updates.damaged", name=DESCRIPTOR)
    signature = source.read(SIGNATURE, SIGNATURE_BYTES)
    into.mkdir(mode=0o700, parents=True, exist_ok=True)
    write_whole(into / DESCRIPTOR, descriptor)
    write_whole(into / SIGNATURE, signature)
    return parsed(descriptor)


def fetch_chunks(source: Source, release: Release, into: Path) -> Iterator[int]:
    """Fetch the chunks that are missing, yielding after each how many are there; what is there and whole is kept.

    Raises as `fetch_head` does.
    """
    for number, name in enumerate(release.chunks, 1):
        if not _there(into / name, name):
            data = source.read(name, release.chunk_bytes)
            if hashlib.sha256(data).hexdigest() != name:
                raise GuitaiError("updates.damaged", name=name)
            write_whole(into / name, data)
        yield number


def assemble(release: Release, folder: Path, payload: Path) -> None:
    """Join the chunks to the payload, whole or not at all, and compare its hash. Raises GuitaiError ``updates.damaged``, OSError."""
    draft, whole, size = payload.with_name(payload.name + ".new"), hashlib.sha256(), 0
    with draft.open("wb") as out:
        for name in release.chunks:
            data = (folder / name).read_bytes()
            whole.update(data)
            size += len(data)
            out.write(data)
        out.flush()
        os.fsync(out.fileno())
    if whole.hexdigest() != release.sha256 or size != release.size:
        draft.unlink()
        raise GuitaiError("updates.damaged", name=payload.name)
    draft.replace(payload)
    sync_folder(payload.parent)


def write_release(payload: Path, folder: Path, about: dict[str, object], chunk_bytes: int = CHUNK_BYTES) -> bytes:
    """Cut a payload into chunks below `folder` and write its descriptor; return that, to be signed. Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    whole, size, chunks = hashlib.sha256(), 0, list[str]()
    with payload.open("rb") as file:
        while data := file.read(chunk_bytes):
            whole.update(data)
            size += len(data)
            chunks.append(hashlib.sha256(data).hexdigest())
            (folder / chunks[-1]).write_bytes(data)
    release = Release.model_validate(
        {
            "format": 1,
            "sha256": whole.hexdigest(),
            "size": size,
            "chunk_bytes": chunk_bytes,
            "chunks": tuple(chunks),
            **about,
        }
    )
    descriptor = release.model_dump_json().encode()
    (folder / DESCRIPTOR).write_bytes(descriptor)
    return descriptor


def _there(path: Path, sha256: str) -> bool:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
    except FileNotFoundError:
        return False
