"""A recording as it lies on a disk, and who can open it: the kiosk with ``recording.key``, headquarters with ``viewing.key``.

    manifest.json      what it is, the film's key wrapped twice, the hash of every chunk
    000000.chunk …     nonce (12 bytes), AES-256-GCM of the next part of the film, bound to recording and place

The film's key is wrapped under the kiosk's own key (RFC 3394) and, where the kiosk has ``viewing.pub``, sealed for headquarters
(HPKE, RFC 9180: X25519, HKDF-SHA256, AES-256-GCM), so that those who may look can do so there.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Annotated, Literal

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import BaseModel, ConfigDict, Field

from guitai.errors import GuitaiError
from guitai.messages.recording import Retention
from guitai.wire.uploads import Sha256

VIEWING_PRIVATE, VIEWING_PUBLIC = "viewing.key", "viewing.pub"
"""In the folder of keys: the first at headquarters only, the second at every kiosk."""

NONE = b"none"
"""What a unit gives in place of a key that is not there (SetCredential= beside LoadCredential=)."""

KEY_BYTES, NONCE_BYTES, TAG_BYTES = 32, 12, 16
ID = r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"
_SUITE = Suite(KEM.X25519, KDF.HKDF_SHA256, AEAD.AES_256_GCM)


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Chunk(_Row):
    """One file."""

    file: str = Field(pattern=r"^\d{6}\.chunk$")
    size_bytes: int = Field(gt=0, le=1_000_000)
    sha256: Sha256
    """Of the file as it lies there."""


class Manifest(_Row):
    """What a recording is. Nobody's name stands in it."""

    form: Literal[1] = 1
    recording_id: str = Field(pattern=ID)
    kiosk_id: str
    retention: Retention
    began_ms: int
    """Wall time."""

    duration_ms: int
    media: Literal["video/x-matroska; codecs=mjpeg,opus"] = "video/x-matroska; codecs=mjpeg,opus"
    tracks: Literal["left: customer, right: kiosk"] = "left: customer, right: kiosk"
    pictures: int
    key_id: str
    """The first 16 hex digits of the SHA-256 of the key that wraps."""

    wrapped_key: str = Field(pattern=r"^[0-9a-f]{80}$")
    sealed_key: Annotated[str, Field(pattern=r"^([0-9a-f]{160})?$")] = ""
    """The same key for headquarters, in hex; empty: the kiosk had no ``viewing.pub``, and headquarters cannot open it."""

    chunks: tuple[Chunk, ...]

    @property
    def size_bytes(self) -> int:
        """Of all chunks."""
        return sum(chunk.size_bytes for chunk in self.chunks)


def bound_to(recording_id: str, number: int) -> bytes:
    """Return what ties a chunk to its place in its recording: nothing else opens it."""
    return f"{recording_id}/{number}".encode()


def opened(key: bytes, manifest: Manifest, number: int, body: bytes) -> bytes:
    """Return the plain part of a film that a chunk holds. Raises GuitaiError ``recording.altered``."""
    chunk = manifest.chunks[number]
    if len(body) != chunk.size_bytes or hashlib.sha256(body).hexdigest() != chunk.sha256:
        raise GuitaiError("recording.altered", path=chunk.file)
    try:
        place = bound_to(manifest.recording_id, number)
        return AESGCM(key).decrypt(body[:NONCE_BYTES], body[NONCE_BYTES:], place)
    except (InvalidTag, ValueError) as error:
        raise GuitaiError("recording.altered", path=chunk.file) from error


def sealed_for_viewing(key: bytes, recording_id: str, public: X25519PublicKey) -> str:
    """Return a film's key as only headquarters can open it, in hex."""
    return _SUITE.encrypt(key, public, _info(recording_id)).hex()


def key_for_viewing(manifest: Manifest, private: X25519PrivateKey) -> bytes:
    """Return the film's key. Raises GuitaiError ``recording.not_for_viewing``, ``recording.other_key``."""
    if not manifest.sealed_key:
        raise GuitaiError("recording.not_for_viewing", recording=manifest.recording_id)
    try:
        return _SUITE.decrypt(bytes.fromhex(manifest.sealed_key), private, _info(manifest.recording_id))
    except (InvalidTag, ValueError) as error:
        raise GuitaiError("recording.other_key", path=VIEWING_PRIVATE) from error


def viewing_public(keys: Path) -> X25519PublicKey | None:
    """Return headquarters' key as a kiosk has it; None where it has none. Raises GuitaiError ``recording.bad_viewing_key``."""
    path = keys / VIEWING_PUBLIC
    try:
        body = path.read_bytes()
        if body.strip() == NONE:
            return None
        key = load_pem_public_key(body)
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise GuitaiError("recording.bad_viewing_key", path=path) from error
    if not isinstance(key, X25519PublicKey):
        raise GuitaiError("recording.bad_viewing_key", path=path)
    return key


def viewing_private(keys: Path) -> X25519PrivateKey:
    """Return headquarters' own key. Raises GuitaiError ``recording.bad_viewing_key``."""
    path = keys / VIEWING_PRIVATE
    try:
        key = load_pem_private_key(path.read_bytes(), None)
    except (OSError, ValueError, TypeError) as error:
        raise GuitaiError("recording.bad_viewing_key", path=path) from error
    if not isinstance(key, X25519PrivateKey):
        raise GuitaiError("recording.bad_viewing_key", path=path)
    return key


def _info(recording_id: str) -> bytes:
    return b"guitai.viewing/1\0" + recording_id.encode()
