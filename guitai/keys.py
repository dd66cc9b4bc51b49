"""Reads key files: hex, mode 0600, never in the repository; and signs and checks as the device (its certificate's key)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from guitai.errors import GuitaiError
from guitai.wire.checkpoints import Check, check_of

Sign = Callable[[bytes], bytes]

DEVICE_KEY, DEVICE_CERTIFICATE = "kiosk.key", "kiosk.crt"


def read_key(path: Path) -> bytes:
    """Return the bytes of a hex key file. Raises GuitaiError ``keys.missing``, ``keys.unreadable``, ``keys.malformed``."""
    try:
        return bytes.fromhex(content(path).decode("ascii").strip())
    except ValueError as error:
        raise GuitaiError("keys.malformed", path=path) from error


def device_signer(folder: Path) -> Sign:
    """Return what signs with the device's key: Ed25519, or ECDSA with SHA-256 on any curve.

    Raises GuitaiError ``keys.missing``, ``keys.unreadable``, ``keys.not_a_device_key``.
    """
    path = folder / DEVICE_KEY
    try:
        key = load_pem_private_key(content(path), None)
    except (ValueError, TypeError) as error:
        raise GuitaiError("keys.not_a_device_key", path=path) from error
    if isinstance(key, Ed25519PrivateKey):
        return key.sign
    if isinstance(key, ec.EllipticCurvePrivateKey):
        return lambda message: key.sign(message, ec.ECDSA(SHA256()))
    raise GuitaiError("keys.not_a_device_key", path=path)


def device_check(path: Path) -> Check:
    """Return what checks signatures against the certificate at `path`.

    Raises GuitaiError ``keys.missing``, ``keys.unreadable``, ``keys.not_a_device_key``.
    """
    try:
        return check_of(x509.load_pem_x509_certificate(content(path)))
    except ValueError as error:
        raise GuitaiError("keys.not_a_device_key", path=path) from error


def device_certificate(folder: Path) -> bytes:
    """Return the device's certificate (PEM). Raises GuitaiError ``keys.missing``, ``keys.unreadable``."""
    return content(folder / DEVICE_CERTIFICATE)


def content(path: Path) -> bytes:
    """Return what is in a file of keys. Raises GuitaiError ``keys.missing``, ``keys.unreadable``."""
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise GuitaiError("keys.missing", path=path) from error
    except OSError as error:
        raise GuitaiError("keys.unreadable", path=path, reason=error.strerror) from error
