"""Seals to and unseals from a TPM 2.0 by tpm2-tools; every object is flushed, as a TPM without a manager has three places.

Which TPM: what the tools find (the kernel's /dev/tpmrm0), or what TPM2TOOLS_TCTI names.
"""

from __future__ import annotations

import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from guitai.errors import GuitaiError
from guitai.keyseal.memory import passing_through
from guitai.keyseal.policy import REFERENCE, SignedPolicy

TIMEOUT_S = 60.0
PCR_BYTES = 32
ATTRIBUTES = "fixedtpm|fixedparent"
"""Not userwithauth: the policy is the only way in."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A secret only the TPM that sealed it can open: the two halves of its object, as TPM structures."""

    public: bytes
    private: bytes


def present() -> bool:
    """Tell whether a TPM answers."""
    try:
        with _tools() as tools:
            tools.run("getcap", "properties-fixed")
    except GuitaiError:
        return False
    return True


def pcr_values(pcrs: Sequence[int]) -> list[bytes]:
    """Return the SHA-256 values of PCRs. Raises GuitaiError ``keys.no_tpm``."""
    with _tools() as tools:
        tools.run("pcrread", f"sha256:{','.join(map(str, pcrs))}", "-o", "values")
        raw = tools.read("values")
    return [raw[at : at + PCR_BYTES] for at in range(0, len(raw), PCR_BYTES)]


def seal(secret: bytes, policy_key: bytes) -> Sealed:
    """Seal to whatever `policy_key` (RSA, PEM) signs. Raises GuitaiError ``keys.no_tpm``."""
    with _tools() as tools:
        tools.write("secret", secret)
        tools.authority(policy_key)
        tools.run("startauthsession", "-S", "trial")
        tools.run("policyauthorize", "-S", "trial", "-L", "policy", "-n", "authority.name", "-q", "reference")
        tools.run("flushcontext", "trial")
        tools.primary()
        tools.run(
            "create", "-C", "primary", "-i", "secret", "-L", "policy", "-a", ATTRIBUTES, "-u", "pub", "-r", "priv"
        )
        return Sealed(tools.read("pub"), tools.read("priv"))


def unseal(sealed: Sealed, policy_key: bytes, policy: SignedPolicy) -> bytes:
    """Return the secret, if the machine is in the state of the policy.

    Raises GuitaiError ``keys.no_tpm``, ``keys.other_board`` (another TPM's), ``keys.not_allowed``.
    """
    with _tools() as tools:
        tools.write("pub", sealed.public)
        tools.write("priv", sealed.private)
        tools.write("digest", policy.digest)
        tools.write("message", policy.message)
        tools.write("signature", policy.signature)
        tools.primary()
        tools.run("load", "-C", "primary", "-u", "pub", "-r", "priv", "-c", "object", code="keys.other_board")
        tools.run("flushcontext", "-t")
        tools.authority(policy_key)
        code = "keys.not_allowed"
        tools.run(
            "verifysignature", "-c", "authority", "-g", "sha256", "-f", "rsassa", "-m", "message", "-s", "signature",
            "-t", "ticket", code=code,
        )  # fmt: skip
        tools.run("flushcontext", "-t")
        tools.run("startauthsession", "--policy-session", "-S", "session")
        try:
            tools.run("policypcr", "-S", "session", "-l", f"sha256:{','.join(map(str, policy.pcrs))}", code=code)
            tools.run(
                "policyauthorize", "-S", "session", "-i", "digest", "-n", "authority.name", "-q", "reference",
                "-t", "ticket", code=code,
            )  # fmt: skip
            tools.run("unseal", "-c", "object", "-p", "session:session", "-o", "out", code=code)
        finally:
            tools.run("flushcontext", "session")
        return tools.read("out")


class _Tools:
    """tpm2-tools in a folder of its own, on a RAM disk where there is one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.write("reference", REFERENCE)

    def run(self, name: str, *arguments: str, code: str = "keys.no_tpm") -> None:
        """Run one of the tools. Raises GuitaiError with this code and what the tool said."""
        try:
            done = subprocess.run(
                [f"tpm2_{name}", "-Q", *arguments], cwd=self._folder, capture_output=True, timeout=TIMEOUT_S, check=False
            )  # fmt: skip
        except (OSError, subprocess.TimeoutExpired) as error:
            raise GuitaiError("keys.no_tpm", reason=str(error)) from error
        if done.returncode:
            lines = done.stderr.decode(errors="replace").strip().splitlines()
            raise GuitaiError(code, reason=f"tpm2_{name}: {lines[0] if lines else done.returncode}"[:300])

    def primary(self) -> None:
        """Make the storage key: the same one as long as the TPM is the same."""
        self.run("createprimary", "-C", "o", "-g", "sha256", "-G", "ecc", "-c", "primary")
        self.run("flushcontext", "-t")

    def authority(self, pem: bytes) -> None:
        """Load the key whose policies count."""
        self.write("authority.pem", pem)
        self.run(
            "loadexternal", "-C", "o", "-G", "rsa", "-u", "authority.pem", "-c", "authority", "-n", "authority.name"
        )
        self.run("flushcontext", "-t")

    def write(self, name: str, content: bytes) -> None:
        (self._folder / name).write_bytes(content)

    def read(self, name: str) -> bytes:
        return (self._folder / name).read_bytes()


@contextmanager
def _tools() -> Iterator[_Tools]:
    with passing_through() as folder:
        yield _Tools(folder)
