"""Headquarters as a kiosk reaches it to join: EST (RFC 7030) over HTTPS, trusted by the fingerprint in a claim code alone."""

from __future__ import annotations

import base64
import ssl
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from pydantic import ValidationError

from guitai.errors import GuitaiError, all_codes
from guitai.wire.claims import Claim, names
from guitai.wire.commands import load_public, opened
from guitai.wire.enrolment import EST, PKCS10, ROOM, Given, Kind, Stored

TIMEOUT_S = 20.0
NOT_YET, EXPIRED, OTHER_NAME, OTHER_IP = 9, 10, 62, 64
"""OpenSSL's reasons (X509_V_ERR_*)."""


class Headquarters:
    """Requests, one after another; `key` and `certificate` are ours once we have them. Raises GuitaiError ``enrolment.*``."""

    def __init__(self, address: str, authority: Path, certificate: Path | None = None, key: Path | None = None) -> None:
        self._address = address
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.minimum_version = ssl.TLSVersion.TLSv1_3
        try:
            context.load_verify_locations(authority)
            if certificate is not None and key is not None:
                context.load_cert_chain(certificate, key)
        except (OSError, ssl.SSLError) as error:
            raise GuitaiError("mqtt.keys", path=certificate or authority, reason=str(error)) from error
        self._client = httpx.Client(
            base_url=f"https://{address}", verify=context, timeout=TIMEOUT_S, trust_env=False, follow_redirects=False
        )

    def close(self) -> None:
        """Close the connection."""
        self._client.close()

    def __enter__(self) -> Headquarters:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def enrol(self, secret: str, request: x509.CertificateSigningRequest) -> x509.Certificate:
        """Return a certificate for a claim's secret."""
        given = base64.b64encode(f"kiosk:{secret}".encode()).decode()
        return self._certificate("/simpleenroll", request, {"Authorization": f"Basic {given}"})

    def renew(self, request: x509.CertificateSigningRequest) -> x509.Certificate:
        """Return a certificate for the live one we show."""
        return self._certificate("/simplereenroll", request, {})

    def confirm(self) -> None:
        """Say that the certificate we show is the one we use."""
        self._ask("POST", ROOM + "/confirm")

    def given(self) -> Given:
        """Return what this kiosk shall be."""
        try:
            return Given.model_validate_json(self._ask("GET", ROOM + "/given").content)
        except ValidationError as error:
            raise GuitaiError("enrolment.bad_answer", reason=str(error.errors()[0]["loc"])) from error

    def leave(self, kind: Kind, body: dict[str, Any], command_key: Path) -> None:
        """Leave a document; return once headquarters has signed that it is on its disk."""
        path = f"{ROOM}/documents/{kind}" if kind != "decommission" else f"{ROOM}/decommission"
        method = "PUT" if kind != "decommission" else "POST"
        answer = self._ask(method, path, content=orjson.dumps(body))
        try:
            receipt = opened(answer.content, Stored, load_public(command_key))
        except GuitaiError as error:
            raise GuitaiError("enrolment.not_stored", kind=kind) from error
        if (receipt.kind, receipt.sha256) != (kind, digest(body)):
            raise GuitaiError("enrolment.not_stored", kind=kind)

    def fetch(self, kind: Kind) -> dict[str, Any]:
        """Return a document that waits for us. Raises GuitaiError ``enrolment.no_document``."""
        found: dict[str, Any] = orjson.loads(self._ask("GET", f"{ROOM}/documents/{kind}").content)
        return found

    def _certificate(
        self, path: str, request: x509.CertificateSigningRequest, headers: dict[str, str]
    ) -> x509.Certificate:
        body = base64.encodebytes(request.public_bytes(Encoding.DER))
        answer = self._ask("POST", EST + path, content=body, headers={"Content-Type": PKCS10, **headers})
        (found,) = _certificates(answer.content)[:1] or (None,)
        if found is None:
            raise GuitaiError("enrolment.bad_answer", reason="no certificate")
        return found

    def _ask(self, method: str, path: str, **more: Any) -> httpx.Response:
        answer = _reached(self._address, lambda: self._client.request(method, path, **more))
        if answer.is_success:
            return answer
        code, reason = _said(answer)
        if code.partition(".")[0] in ("enrolment", "hq", "bank") and code in all_codes():
            raise GuitaiError(code, reason=reason, kiosk="?", kind="document", path="headquarters")
        raise GuitaiError("enrolment.bad_answer", reason=f"HTTP {answer.status_code}")


def bootstrap(claim: Claim, address: str) -> x509.Certificate:
    """Return the authority a claim names, as whoever answers at `address` shows it. Nothing secret is sent.

    Raises GuitaiError ``enrolment.wrong_authority``, ``enrolment.no_network``, ``enrolment.bad_answer``.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE  # the fingerprint is looked at instead
    with httpx.Client(base_url=f"https://{address}", verify=context, timeout=TIMEOUT_S, trust_env=False) as client:
        answer = _reached(address, lambda: client.get(EST + "/cacerts"))
    if not answer.is_success:
        raise GuitaiError("enrolment.bad_answer", reason=f"HTTP {answer.status_code}")
    for one in _certificates(answer.content):
        if names(claim, one):
            return one
    raise GuitaiError("enrolment.wrong_authority", address=address)


def digest(body: dict[str, Any]) -> str:
    """Return the SHA-256 of a document's canonical JSON."""
    import hashlib

    return hashlib.sha256(orjson.dumps(body, option=orjson.OPT_SORT_KEYS)).hexdigest()


def _reached(address: str, ask: Any) -> httpx.Response:
    try:
        answer: httpx.Response = ask()
    except httpx.TransportError as error:
        raise _why(address, error) from error
    return answer


def _why(address: str, error: BaseException) -> GuitaiError:
    """Return what a failed connection means."""
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, ssl.SSLCertVerificationError):
        cause = cause.__cause__ or cause.__context__
    if cause is None:
        return GuitaiError("enrolment.no_network", address=address, reason=str(error) or type(error).__name__)
    if cause.verify_code in (NOT_YET, EXPIRED):
        here = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"
        return GuitaiError("enrolment.clock", here=here, reason=cause.verify_message)
    code = "enrolment.other_name" if cause.verify_code in (OTHER_NAME, OTHER_IP) else "enrolment.not_trusted"
    return GuitaiError(code, address=address, reason=cause.verify_message)


def _certificates(body: bytes) -> list[x509.Certificate]:
    try:
        return list(pkcs7.load_der_pkcs7_certificates(base64.b64decode(body)))
    except ValueError as error:
        raise GuitaiError("enrolment.bad_answer", reason="no PKCS#7 with certificates") from error


def _said(answer: httpx.Response) -> tuple[str, str]:
    try:
        body = answer.json()
        return str(body["code"]), str(body.get("reason", ""))
    except (ValueError, KeyError, TypeError):
        return "", ""
