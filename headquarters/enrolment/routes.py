"""Enrolment over HTTPS: EST (RFC 7030) for certificates, and what an enrolled kiosk asks and leaves here."""

from __future__ import annotations

import base64
from typing import Annotated, Any, cast

import orjson
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from fastapi import APIRouter, Depends, Request, Response

from guitai.errors import GuitaiError
from guitai.wire.commands import sign
from guitai.wire.enrolment import EST, FROM_KIOSK, MOST_DOCUMENT_BYTES, PKCS7, ROOM, Given, Kind, Stored
from headquarters.console.guard import FAULTS
from headquarters.enrolment.authority import MOST_REQUEST_BYTES
from headquarters.enrolment.desk import EnrolmentDesk, secret_of
from headquarters.enrolment.leaving import DECOMMISSIONED, check_proof
from headquarters.enrolment.store import digest_of
from headquarters.enrolment.tables import Issued


def desk_of(request: Request) -> EnrolmentDesk:
    """Return this application's desk."""
    return cast("EnrolmentDesk", request.app.state.enrolment)


Here = Annotated[EnrolmentDesk, Depends(desk_of)]


def peer_serial(request: Request) -> str:
    """Return the serial number of the caller's certificate. Raises GuitaiError ``bank.no_certificate``."""
    serial = getattr(request.state, "peer_serial", "")
    if not serial:
        raise GuitaiError("bank.no_certificate")
    return str(serial)


def own(request: Request, here: Here) -> Issued:
    """Return the caller's certificate as our tables have it, live or pending. Raises GuitaiError ``enrolment.not_live``."""
    return here.store.live(peer_serial(request))


Own = Annotated[Issued, Depends(own)]
router = APIRouter(tags=["enrolment"], responses=FAULTS)


@router.get(EST + "/cacerts")
async def cacerts(here: Here) -> Response:
    """Return the authority's certificate. Whoever asks compares it with the fingerprint of a claim code."""
    return _pkcs7([here.authority.certificate])


@router.post(EST + "/simpleenroll")
async def simpleenroll(request: Request, here: Here) -> Response:
    """Issue a certificate to a new key (PKCS#10) for a claim code's secret (HTTP Basic, any user name)."""
    secret = secret_of(request.headers.get("authorization", ""))
    if not secret:
        return Response(status_code=401, headers={"WWW-Authenticate": 'Basic realm="estrealm"'})
    address = request.client.host if request.client else ""
    issued = await here.enrol(address, secret, await _body(request, MOST_REQUEST_BYTES))
    return _pkcs7([x509.load_pem_x509_certificate(issued.pem.encode())])


@router.post(EST + "/simplereenroll")
async def simplereenroll(request: Request, here: Here) -> Response:
    """Issue a certificate to a new key of a kiosk that shows its live certificate."""
    issued = here.renew(peer_serial(request), await _body(request, MOST_REQUEST_BYTES))
    return _pkcs7([x509.load_pem_x509_certificate(issued.pem.encode())])


@router.post(ROOM + "/confirm", status_code=204)
async def confirm(request: Request, here: Here) -> Response:
    """Say that the kiosk uses this certificate from now on: the one before ends."""
    here.confirm(peer_serial(request))
    return Response(status_code=204)


@router.get(ROOM + "/given")
async def given(here: Here, certificate: Own) -> Given:
    """Return what the kiosk shall be."""
    return here.given(certificate.kiosk, certificate.branch)


@router.put(ROOM + "/documents/{kind}", response_model=Stored)
async def put_document(kind: Kind, request: Request, here: Here, certificate: Own) -> Response:
    """Keep a document; the answer is a signed receipt."""
    if kind not in FROM_KIOSK:
        raise GuitaiError("hq.forbidden")
    body = _object(await _body(request, MOST_DOCUMENT_BYTES))
    return _receipt(here, certificate.kiosk, kind, here.kiosks.keep(certificate.kiosk, kind, body))


@router.get(ROOM + "/documents/{kind}")
async def get_document(kind: Kind, here: Here, certificate: Own) -> Response:
    """Return the newest of the kiosk's own documents of a kind."""
    return Response(orjson.dumps(here.kiosks.document(certificate.kiosk, kind)), media_type="application/json")


@router.post(ROOM + "/decommission", response_model=Stored)
async def decommission(request: Request, here: Here) -> Response:
    """Take a kiosk's proof that its keys are destroyed, and end its certificate; a kiosk that was cut off asks again."""
    body = _object(await _body(request, MOST_DOCUMENT_BYTES))
    certificate = here.store.known(peer_serial(request))
    kiosk, again = certificate.kiosk, certificate.reason == DECOMMISSIONED
    if not again:
        here.store.live(certificate.serial)
        if not here.kiosks.of(kiosk)[3]:
            raise GuitaiError("enrolment.not_wanted")
    check_proof(body, x509.load_pem_x509_certificate(certificate.pem.encode()), kiosk)
    here.kiosks.keep(kiosk, "decommission", {**body, "certificate": certificate.pem})
    if not again:
        here.revoke(kiosk, DECOMMISSIONED, None)
    return _receipt(here, kiosk, "decommission", digest_of(body))


def _receipt(here: EnrolmentDesk, kiosk: str, kind: Kind, digest: str) -> Response:
    return Response(sign(Stored(kiosk=kiosk, kind=kind, sha256=digest), here.key), media_type="application/json")


def _pkcs7(certificates: list[x509.Certificate]) -> Response:
    body = base64.encodebytes(pkcs7.serialize_certificates(certificates, Encoding.DER))
    return Response(body, media_type=PKCS7, headers={"Content-Transfer-Encoding": "base64"})


def _object(body: bytes) -> dict[str, Any]:
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise GuitaiError("hq.bad_request", reason="no JSON") from error
    if not isinstance(found, dict):
        raise GuitaiError("hq.bad_request", reason="no object")
    return found


async def _body(request: Request, most: int) -> bytes:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > most:
            raise GuitaiError("hq.too_large")
    return bytes(body)
