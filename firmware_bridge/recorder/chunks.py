"""Writes and reads an encrypted recording on the disk (`guitai.wire.films`): chunks first, the manifest that names them last.

The key is drawn for each recording, lives in memory while it is made, and lies on the disk only wrapped. Without a manifest
the key is gone: a recording that broke off can be read by nobody.
"""

from __future__ import annotations

import errno
import hashlib
import secrets
import shutil
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.keywrap import InvalidUnwrap, aes_key_unwrap, aes_key_wrap
from pydantic import ValidationError

from guitai.errors import GuitaiError
from guitai.wire.films import KEY_BYTES, NONCE_BYTES, Chunk, Manifest, bound_to, opened, sealed_for_viewing
from guitai.wire.whole import write_whole

MANIFEST = "manifest.json"
CHUNK_BYTES = 512 * 1024


class ChunkWriter:
    """A file object that only grows; what is written to it lies encrypted in the folder. Raises GuitaiError ``recording.disk``."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._id = folder, folder.name
        self._key = secrets.token_bytes(KEY_BYTES)
        self._cipher = AESGCM(self._key)
        self._waiting = bytearray()
        self._chunks: list[Chunk] = []
        try:
            folder.mkdir(mode=0o750)
        except OSError as error:
            raise _disk(error) from error

    def write(self, data: bytes) -> int:
        """Take more of the film."""
        self._waiting += data
        while len(self._waiting) >= CHUNK_BYTES:
            self._flush(CHUNK_BYTES)
        return len(data)

    def finish(self, wrapping_key: bytes, viewing: X25519PublicKey | None = None) -> tuple[tuple[Chunk, ...], str, str]:
        """Write what still waits; return the chunks, the wrapped key, and the key sealed for headquarters, in hex."""
        if self._waiting:
            self._flush(len(self._waiting))
        sealed = "" if viewing is None else sealed_for_viewing(self._key, self._id, viewing)
        return tuple(self._chunks), aes_key_wrap(wrapping_key, self._key).hex(), sealed

    def _flush(self, length: int) -> None:
        number, part = len(self._chunks), bytes(self._waiting[:length])
        del self._waiting[:length]
        nonce = secrets.token_bytes(NONCE_BYTES)
        body = nonce + self._cipher.encrypt(nonce, part, bound_to(self._id, number))
        name = f"{number:06}.chunk"
        _write(self._folder / name, body)
        self._chunks.append(Chunk(file=name, size_bytes=len(body), sha256=hashlib.sha256(body).hexdigest()))


def put_manifest(folder: Path, manifest: Manifest) -> str:
    """Write the manifest, which makes the recording whole; return its SHA-256. Raises GuitaiError ``recording.disk``."""
    body = manifest.model_dump_json(indent=1).encode()
    _write(folder / MANIFEST, body)
    return hashlib.sha256(body).hexdigest()


def read_manifest(folder: Path) -> tuple[Manifest, str]:
    """Return the manifest and its SHA-256. Raises GuitaiError ``recording.unreadable``."""
    path = folder / MANIFEST
    try:
        body = path.read_bytes()
        return Manifest.model_validate_json(body), hashlib.sha256(body).hexdigest()
    except OSError as error:
        raise GuitaiError("recording.unreadable", path=path, reason=error.strerror) from error
    except ValidationError as error:
        raise GuitaiError("recording.unreadable", path=path, reason=error.errors()[0]["msg"]) from error


def film(folder: Path, manifest: Manifest, wrapping_key: bytes) -> bytes:
    """Return the whole film. Raises GuitaiError ``recording.altered``, ``recording.other_key``, ``recording.unreadable``."""
    if manifest.recording_id != folder.name or manifest.key_id != key_id(wrapping_key):
        code = "other_key" if manifest.recording_id == folder.name else "altered"
        raise GuitaiError(f"recording.{code}", path=folder / MANIFEST)
    try:
        key = aes_key_unwrap(wrapping_key, bytes.fromhex(manifest.wrapped_key))
    except InvalidUnwrap as error:
        raise GuitaiError("recording.altered", path=folder / MANIFEST) from error
    parts = []
    for number, chunk in enumerate(manifest.chunks):
        path = folder / chunk.file
        try:
            body = path.read_bytes()
        except OSError as error:
            raise GuitaiError("recording.unreadable", path=path, reason=error.strerror) from error
        parts.append(opened(key, manifest, number, body))
    return b"".join(parts)


def wrapping_key_of(keys: Path) -> bytes:
    """Return the key that wraps those of the recordings. Raises GuitaiError ``recording.no_key``."""
    path = keys / "recording.key"
    try:
        key = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except (OSError, ValueError) as error:
        raise GuitaiError("recording.no_key", path=path) from error
    if len(key) != KEY_BYTES:
        raise GuitaiError("recording.no_key", path=path)
    return key


def key_id(wrapping_key: bytes) -> str:
    """Return what tells one wrapping key from another, without telling the key."""
    return hashlib.sha256(b"guitai recording key\0" + wrapping_key).hexdigest()[:16]


def remove(folder: Path) -> None:
    """Forget a recording. Its key first: without the manifest nothing of it can be read."""
    (folder / MANIFEST).unlink(missing_ok=True)
    shutil.rmtree(folder, ignore_errors=True)


def _write(path: Path, body: bytes) -> None:
    try:
        write_whole(path, body, 0o640)
    except OSError as error:
        raise _disk(error) from error


def _disk(error: OSError) -> GuitaiError:
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return GuitaiError("recording.disk_full")
    return GuitaiError("recording.disk", reason=error.strerror)
