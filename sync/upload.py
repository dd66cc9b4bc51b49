"""Takes a package to headquarters chunk by chunk; whatever broke off goes on where it was. The shell.

What is there already is asked for each time, so nothing has to be remembered: killed at either end, the next attempt sends what
is missing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import BaseModel, ConfigDict, ValidationError

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.tables import RECORDINGS
from guitai.wire.commands import opened
from guitai.wire.tls import Identity, client_context
from guitai.wire.uploads import MOST_CHUNK_BYTES, Kind, Package, Receipt, Wanted

JSON = {"Content-Type": "application/json"}
ID_CHARS = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")


class _Chunk(BaseModel):
    model_config = ConfigDict(extra="ignore")
    file: str
    sha256: str


class _Manifest(BaseModel):
    """What an upload has to know of a recording's manifest; docs/recordings.md tells the whole."""

    model_config = ConfigDict(extra="ignore")
    chunks: tuple[_Chunk, ...]


@dataclass(frozen=True, slots=True)
class Parcel:
    """A package with where its chunks' bytes are."""

    name: str
    package: Package
    body: Callable[[str], bytes]
    """The chunk of a hash."""


def recording_parcel(config: Config, recording_id: str) -> Parcel:
    """Return a finished recording as it lies on the disk. Raises GuitaiError ``remote.no_recording``."""
    folder = (config.uploads.recordings or config.paths.state / RECORDINGS) / recording_id
    try:
        if not recording_id or not ID_CHARS.issuperset(recording_id):
            raise ValueError(recording_id)
        text = (folder / "manifest.json").read_text(encoding="utf-8")
        manifest = _Manifest.model_validate_json(text)
        chunks = tuple(chunk.sha256 for chunk in manifest.chunks)
        package = Package(kind="recording", manifest=text, chunks=chunks)
    except (OSError, ValueError) as error:  # pydantic's is a ValueError
        raise GuitaiError("remote.no_recording", recording=recording_id) from error
    files = {chunk.sha256: folder / Path(chunk.file).name for chunk in manifest.chunks}
    return Parcel(recording_id, package, lambda sha256: _read(files[sha256]))


def bytes_parcel(name: str, kind: Kind, manifest: str, body: bytes) -> Parcel:
    """Return a package of bytes made just now."""
    parts = [body[at : at + MOST_CHUNK_BYTES] for at in range(0, len(body), MOST_CHUNK_BYTES)]
    found = {hashlib.sha256(part).hexdigest(): part for part in parts}
    return Parcel(name, Package(kind=kind, manifest=manifest, chunks=tuple(found)), found.__getitem__)


class Uploader:
    """Speaks to headquarters over HTTPS with the kiosk's certificate. `spend` waits until the line may take so many bytes."""

    def __init__(self, config: Config, key: Ed25519PublicKey, spend: Callable[[int], Awaitable[None]]) -> None:
        self._config, self._key, self._spend = config, key, spend

    async def send(self, parcel: Parcel) -> bytes:
        """Send what headquarters lacks; return its receipt, checked, with the signature.

        Raises GuitaiError ``remote.upload`` (try again), ``remote.receipt``, ``remote.other_package``, ``remote.no_recording``.
        """
        where, context = self._config.uploads, client_context(Identity.of(self._config.paths.keys, "kiosk"))
        try:
            async with httpx.AsyncClient(base_url=where.url, verify=context, timeout=where.timeout_s) as http:
                missing = await self._missing(http, parcel.package)
                while True:
                    for sha256 in missing:
                        await self._chunk(http, sha256, parcel.body(sha256))
                    answer = await http.put(
                        f"packages/{parcel.name}", content=parcel.package.model_dump_json(), headers=JSON
                    )
                    if answer.status_code != HTTPStatus.CONFLICT or "chunks" not in answer.json():
                        return self._receipt(answer, parcel)
                    missing = Wanted.model_validate_json(answer.content).chunks
        except (httpx.HTTPError, ValidationError, ValueError) as error:
            raise GuitaiError("remote.upload", reason=type(error).__name__) from error

    async def _missing(self, http: httpx.AsyncClient, package: Package) -> tuple[str, ...]:
        answer = await http.post("missing", content=Wanted(chunks=package.chunks).model_dump_json(), headers=JSON)
        return Wanted.model_validate_json(answer.raise_for_status().content).chunks

    async def _chunk(self, http: httpx.AsyncClient, sha256: str, body: bytes) -> None:
        await self._spend(len(body))
        (await http.put(f"chunks/{sha256}", content=body)).raise_for_status()

    def _receipt(self, answer: httpx.Response, parcel: Parcel) -> bytes:
        if answer.status_code == HTTPStatus.CONFLICT:
            raise GuitaiError("remote.other_package", name=parcel.name)
        receipt = opened(answer.raise_for_status().content, Receipt, self._key)
        digest = hashlib.sha256(parcel.package.manifest.encode()).hexdigest()
        told = (receipt.kiosk, receipt.name, receipt.sha256, receipt.chunks)
        if told != (self._config.kiosk.id, parcel.name, digest, len(parcel.package.chunks)):
            raise GuitaiError("remote.receipt")
        return answer.content


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise GuitaiError("remote.no_recording", recording=path.parent.name) from error
