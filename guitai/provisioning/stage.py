"""The folder in which a kiosk joins: each step leaves a file, so that who was killed goes on; then all is put in place."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key
from cryptography.x509.oid import NameOID

from guitai.errors import GuitaiError
from guitai.keys import DEVICE_CERTIFICATE, DEVICE_KEY
from guitai.wire.claims import Claim, parse
from guitai.wire.enrolment import Given
from guitai.wire.whole import sync_folder, write_whole

JOINING, RENEWING = "joining", "renewing"
"""Folders below the folder of keys."""

AUTHORITY, CLAIM, GIVEN = "ca.crt", "claim", "given.json"


class Stage:
    """One folder, mode 0700."""

    def __init__(self, keys: Path, name: str) -> None:
        self.folder = keys / name

    @property
    def begun(self) -> bool:
        """Whether there is something to go on with."""
        return self.folder.is_dir()

    def open(self) -> None:
        """Make the folder."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def drop(self) -> None:
        """Remove the folder; what it held is in place, or no longer wanted."""
        doomed = self.folder.with_name(self.folder.name + ".gone")
        shutil.rmtree(doomed, ignore_errors=True)
        if self.begun:
            self.folder.rename(doomed)
            sync_folder(self.folder.parent)
            shutil.rmtree(doomed)

    def path(self, name: str) -> Path:
        """Return a file's path."""
        return self.folder / name

    def has(self, name: str) -> bool:
        """Tell whether a step is done."""
        return self.path(name).is_file()

    def put(self, name: str, content: bytes) -> None:
        """Note that a step is done."""
        write_whole(self.path(name), content)

    def claim(self, given: Claim | None) -> Claim | None:
        """Return the claim to go on with. Another code than the one before begins anew, with a new key."""
        kept = parse(self.path(CLAIM).read_text()) if self.has(CLAIM) else None
        if given is not None and kept is not None and given.secret != kept.secret:
            self.drop()
            kept = None
        chosen = given or kept
        if chosen is not None:
            self.open()
            self.put(CLAIM, chosen.scanned().encode())
        return chosen

    def request(self, name: str) -> x509.CertificateSigningRequest:
        """Return a request signed by the key here, which is made if it is not there yet. Empty name: headquarters knows."""
        self.open()
        if not self.has(DEVICE_KEY):
            key = ec.generate_private_key(ec.SECP256R1())
            self.put(DEVICE_KEY, key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
        private = load_pem_private_key(self.path(DEVICE_KEY).read_bytes(), None)
        assert isinstance(private, ec.EllipticCurvePrivateKey)
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)] if name else [])
        return x509.CertificateSigningRequestBuilder().subject_name(subject).sign(private, SHA256())

    def keep_certificate(self, found: x509.Certificate, request: x509.CertificateSigningRequest) -> None:
        """Keep a certificate if it is for our key and from our authority. Raises GuitaiError ``enrolment.bad_answer``."""
        if found.public_key() != request.public_key():
            raise GuitaiError("enrolment.bad_answer", reason="the certificate is for another key")
        try:
            found.verify_directly_issued_by(x509.load_pem_x509_certificate(self.path(AUTHORITY).read_bytes()))
        except Exception as error:
            raise GuitaiError("enrolment.bad_answer", reason="the certificate is from another authority") from error
        self.put(DEVICE_CERTIFICATE, found.public_bytes(Encoding.PEM))

    def keep_given(self, given: Given) -> None:
        """Keep what headquarters gave."""
        self.put(GIVEN, orjson.dumps(given.model_dump(mode="json")))

    def given(self) -> Given:
        """Return it."""
        return Given.model_validate_json(self.path(GIVEN).read_bytes())


def install(stage: Stage, keys: Path) -> Given:
    """Put everything of the stage in place; each file whole, and again if it was cut off. Return what was given."""
    given = stage.given()
    for name, text in given.files.items():
        write_whole(keys / name, text.encode(), 0o644)
    for name, value in given.keys.items():
        write_whole(keys / name, value.encode() + b"\n")
    # The key before its certificate: with either alone nothing connects, and the next run puts both.
    write_whole(keys / DEVICE_KEY, stage.path(DEVICE_KEY).read_bytes())
    write_whole(keys / DEVICE_CERTIFICATE, stage.path(DEVICE_CERTIFICATE).read_bytes(), 0o644)
    return given


def toml_of(sections: dict[str, dict[str, Any]]) -> str:
    """Return sections of configuration as TOML."""
    lines = ["# Written by guitai provision from what headquarters gave; changes are lost."]
    for section, values in sections.items():
        lines.append(f"\n[{section}]")
        tables = {name: value for name, value in values.items() if isinstance(value, dict)}
        lines += [
            f"{name} = {_toml(value)}" for name, value in values.items() if name not in tables and value is not None
        ]
        for name, table in tables.items():
            lines.append(f"\n[{section}.{name}]")
            lines += [f"{key} = {_toml(value)}" for key, value in table.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    # A JSON string is a basic string of TOML, and numbers, booleans and arrays are written alike.
    return orjson.dumps(value).decode()
