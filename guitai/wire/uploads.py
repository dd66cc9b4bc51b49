"""Uploads: what a kiosk and headquarters say to each other over HTTPS about chunks and packages.

A chunk is known by the SHA-256 of its bytes, as they lie on the kiosk's disk (encrypted). A package names its chunks in order and
brings its manifest; it is complete when all of them are there, and only then headquarters signs a receipt.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from guitai.wire.commands import Body, Id

MOST_CHUNK_BYTES = 1_000_000
MOST_CHUNKS = 20_000
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$")]
Kind = Literal["recording", "support_bundle"]


class Wanted(Body):
    """Chunks a kiosk has, or headquarters lacks."""

    chunks: Annotated[tuple[Sha256, ...], Field(max_length=MOST_CHUNKS)]


class Package(Body):
    """One upload."""

    kind: Kind
    manifest: Annotated[str, Field(max_length=4_000_000)]
    """The file that says what it is, to the byte."""

    chunks: Annotated[tuple[Sha256, ...], Field(min_length=1, max_length=MOST_CHUNKS)]


class Receipt(Body):
    """Headquarters has all of a package, on its disk. Signed as commands are."""

    kiosk: Id
    name: Name
    sha256: Sha256
    """Of the manifest."""

    chunks: int
