"""CMS signatures (RFC 5652, detached, DER) by a certificate of the bank's update authority; what RAUC uses, too. Through OpenSSL."""

from __future__ import annotations

import subprocess
import tempfile
from pathlib import Path

from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID

from guitai.errors import GuitaiError

TIMEOUT_S = 60


def sign(data: bytes, certificate: Path, key: Path) -> bytes:
    """Return the detached signature over `data`. Raises GuitaiError ``updates.cannot_sign``."""
    with tempfile.TemporaryDirectory() as folder:
        content, out = Path(folder) / "content", Path(folder) / "signature"
        content.write_bytes(data)
        done = _openssl(
            "-sign", "-binary", "-in", str(content), "-signer", str(certificate), "-inkey", str(key), "-nosmimecap",
            "-outform", "DER", "-out", str(out),
        )  # fmt: skip
        if done.returncode:
            raise GuitaiError("updates.cannot_sign", reason=_last(done.stderr))
        return out.read_bytes()


def verify(data: bytes, signature: bytes, ring: Path) -> str:
    """Return the common name of whoever signed `data`, whose certificate an authority of the key ring (PEM) has made for signing code.

    Raises:
        GuitaiError: ``updates.no_ring``, ``updates.unsigned``, ``updates.bad_signature``.
    """
    if not ring.is_file():
        raise GuitaiError("updates.no_ring", path=ring)
    if not signature:
        raise GuitaiError("updates.unsigned")
    with tempfile.TemporaryDirectory() as folder:
        content, given, signer = (Path(folder) / name for name in ("content", "signature", "signer"))
        content.write_bytes(data)
        given.write_bytes(signature)
        done = _openssl(
            "-verify", "-binary", "-inform", "DER", "-in", str(given), "-content", str(content), "-CAfile", str(ring),
            "-no-CApath", "-no-CAstore", "-purpose", "any", "-signer", str(signer), "-out", "/dev/null",
        )  # fmt: skip
        if done.returncode:
            raise GuitaiError("updates.bad_signature", reason=_last(done.stderr))
        found = x509.load_pem_x509_certificates(signer.read_bytes())
    if len(found) != 1 or not _for_code(found[0]):
        raise GuitaiError("updates.bad_signature", reason="its certificate is not for signing code")
    return str(found[0].subject.get_attributes_for_oid(x509.NameOID.COMMON_NAME)[0].value)


def _for_code(certificate: x509.Certificate) -> bool:
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return False
    return ExtendedKeyUsageOID.CODE_SIGNING in uses


def _openssl(*words: str) -> subprocess.CompletedProcess[str]:
    try:
        return subprocess.run(
            ["openssl", "cms", *words], capture_output=True, text=True, timeout=TIMEOUT_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise GuitaiError("updates.bad_signature", reason=f"openssl: {error}") from error


def _last(told: str) -> str:
    lines = [line for line in told.strip().splitlines() if line]
    return lines[-1][:200] if lines else "openssl says nothing"
