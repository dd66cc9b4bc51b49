"""The HTTPS side of uploads: kiosks come with their certificate, staff with their login."""

from __future__ import annotations

import asyncio
import hashlib
from typing import Annotated, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import JSONResponse

from guitai.errors import GuitaiError
from guitai.wire.commands import Id, sign
from guitai.wire.uploads import MOST_CHUNK_BYTES, Name, Package, Receipt, Sha256, Wanted
from headquarters import scope
from headquarters.bank.routes import peer
from headquarters.console.guard import FAULTS, Who, guard
from headquarters.console.models import Body
from headquarters.uploads.store import Uploads


class UploadDesk:
    """What the routes work with."""

    def __init__(self, uploads: Uploads, key: Ed25519PrivateKey) -> None:
        self.uploads, self.key = uploads, key


def desk_of(request: Request) -> UploadDesk:
    """Return this application's desk."""
    return cast("UploadDesk", request.app.state.uploads)


Here = Annotated[UploadDesk, Depends(desk_of)]
Peer = Annotated[str, Depends(peer)]


class PackageOut(Body):
    """One complete upload."""

    name: str
    kind: str
    sha256: str
    at_ms: int


router = APIRouter(tags=["uploads"], responses=FAULTS)


@router.post("/uploads/v1/missing")
async def missing(body: Wanted, here: Here, _: Peer) -> Wanted:
    """Return which of these chunks are not here yet."""
    return Wanted(chunks=await asyncio.to_thread(here.uploads.missing, body.chunks))


@router.put("/uploads/v1/chunks/{sha256}", status_code=204)
async def chunk(sha256: Sha256, request: Request, here: Here, _: Peer) -> Response:
    """Keep a chunk. Again is harmless."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_CHUNK_BYTES:
            raise GuitaiError("remote.bad_chunk")
    await asyncio.to_thread(here.uploads.put, sha256, bytes(body))
    return Response(status_code=204)


@router.put("/uploads/v1/packages/{name}", response_model=Receipt, responses={409: {"model": Wanted}})
async def package(name: Name, body: Package, here: Here, kiosk: Peer) -> Response:
    """Complete an upload: a signed receipt, or 409 with the chunks that are missing."""
    if lacking := here.uploads.complete(kiosk, name, body):
        return JSONResponse({"chunks": lacking}, 409)
    digest = hashlib.sha256(body.manifest.encode()).hexdigest()
    receipt = Receipt(kiosk=kiosk, name=name, sha256=digest, chunks=len(body.chunks))
    return Response(sign(receipt, here.key), media_type="application/json")


@router.get("/api/kiosks/{kiosk}/uploads", dependencies=[Depends(guard)])
async def uploads(kiosk: Id, here: Here, who: Who) -> list[PackageOut]:
    """Return what a kiosk has uploaded, oldest first."""
    scope.check(here.uploads.engine, [kiosk], who)
    return [PackageOut.model_validate(one) for one in here.uploads.of(kiosk)]
