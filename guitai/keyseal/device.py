"""The device's key (of its certificate), in a file or sealed in the TPM: there its 32 secret bytes, from which the file is made."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from guitai.errors import GuitaiError
from guitai.keys import DEVICE_KEY, content
from guitai.keyseal import stored
from guitai.keyseal.memory import passing_through
from guitai.wire.whole import write_whole

SEALED_DEVICE = "kiosk.sealed"
BYTES = 32
"""Of a key on P-256; a TPM seals 128 at most, and a file of PEM is longer."""


def device_key(folder: Path) -> bytes:
    """Return the device's key (PEM), from its file or else from the TPM. Raises GuitaiError ``keys.*``."""
    if (folder / DEVICE_KEY).exists() or not (folder / SEALED_DEVICE).exists():
        return content(folder / DEVICE_KEY)
    secret = int.from_bytes(stored.unsealed(folder, SEALED_DEVICE), "big")
    return _pem(ec.derive_private_key(secret, ec.SECP256R1()))


def seal_device_key(folder: Path) -> None:
    """Seal the key beside its file, which stays. Raises GuitaiError ``keys.*``."""
    path = folder / DEVICE_KEY
    key = load_pem_private_key(content(path), None)
    if not isinstance(key, ec.EllipticCurvePrivateKey) or not isinstance(key.curve, ec.SECP256R1):
        raise GuitaiError("keys.not_a_device_key", path=path)
    stored.seal(folder, key.private_numbers().private_value.to_bytes(BYTES, "big"), SEALED_DEVICE)


@contextmanager
def device_key_file(folder: Path) -> Iterator[Path]:
    """Give the key as a file while the block runs: TLS takes no other; in memory, if it is sealed."""
    if (folder / DEVICE_KEY).exists() or not (folder / SEALED_DEVICE).exists():
        yield folder / DEVICE_KEY
        return
    with passing_through() as own:
        path = own / DEVICE_KEY
        write_whole(path, device_key(folder))
        yield path


def _pem(key: ec.EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
