"""The HTTPS side of headquarters: one application with the tellers' API, the bank host and the console page."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import socket
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from uvicorn.protocols.http.h11_impl import H11Protocol

from guitai.errors import GuitaiError
from guitai.wire.tls import Identity, server_context
from headquarters import api, metrics
from headquarters.bank import routes
from headquarters.bank.host import Bank
from headquarters.quality import routes as quality_routes
from headquarters.quality.days import Quality
from headquarters.remote import routes as remote_routes
from headquarters.remote.line import RemoteLine
from headquarters.review import routes as review_routes
from headquarters.service import routes as service_routes
from headquarters.service.routes import ServiceDesk
from headquarters.uploads import routes as upload_routes
from headquarters.uploads.routes import UploadDesk

STATUS = {
    "hq.login": 401, "hq.not_logged_in": 401, "hq.not_yours": 403, "hq.no_escalation": 404, "hq.wrong_state": 409,
    "hq.rejected": 502, "hq.no_work_order": 404, "hq.work_order_state": 409, "hq.no_question": 404, "hq.no_intent": 422,
    "risk.no_case": 404, "bank.no_certificate": 401, "bank.no_card": 404, "bank.absent": 404,
    "remote.no_job": 404, "remote.no_recording": 404, "remote.bad_chunk": 422, "remote.other_package": 409,
    "bank.request_reused": 409, "bank.no_token": 409, "bank.unknown_business": 404, "bank.bad_params": 422,
}  # fmt: skip
HEADERS = [
    ("Content-Security-Policy", "default-src 'self'; frame-ancestors 'none'"),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cache-Control", "no-store"),
]


def make_app(services: api.Services, bank: Bank, desk: ServiceDesk, remote: RemoteLine, uploads: UploadDesk) -> FastAPI:
    """Return the application around its services."""
    app = bare_app()
    app.state.remote, app.state.uploads = remote, uploads
    app.state.services, app.state.bank, app.state.desk = services, bank, desk
    app.state.quality = Quality(services.store.connection)
    page = Path(str(resources.files("headquarters").joinpath("web")))
    app.mount("/", StaticFiles(directory=page, html=True), name="console")
    return app


def bare_app() -> FastAPI:
    """Return the application's routes without anything behind them (the OpenAPI document is drawn from these)."""
    app = FastAPI(
        title="Guitai headquarters",
        version="1",
        description="The API of tellers and service desk, and the simulated bank host a kiosk speaks to with its client "
        "certificate.",
        docs_url=None,
        redoc_url=None,
    )
    app.include_router(api.router)
    app.include_router(metrics.router)
    app.include_router(service_routes.router)
    app.include_router(review_routes.router)
    app.include_router(quality_routes.router)
    app.include_router(remote_routes.router)
    app.include_router(upload_routes.router)
    app.include_router(routes.router)
    app.add_exception_handler(GuitaiError, _fault)
    return app


class Server(uvicorn.Server):
    """uvicorn without its signal handlers (our process has its own), with an event that tells when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, and say so."""
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Leave signals alone."""
        yield


class PeerProtocol(H11Protocol):
    """Puts the common name of the client's certificate into the request's state: empty without one."""

    def connection_made(self, transport: Any) -> None:
        """Read the certificate the TLS layer has verified."""
        super().connection_made(transport)
        self.app_state = {**self.app_state, "peer_name": _common_name(transport.get_extra_info("peercert"))}


def make_server(app: FastAPI, host: str, port: int, keys: Path) -> Server:
    """Return the HTTPS server. Raises GuitaiError ``mqtt.keys``."""
    context = server_context(Identity.of(keys, "hq"))
    return Server(
        uvicorn.Config(
            app,
            host=host,
            port=port,
            http=PeerProtocol,
            ws="websockets-sansio",
            log_config=None,
            access_log=False,
            server_header=False,
            headers=HEADERS,
            lifespan="off",
            timeout_graceful_shutdown=2,
            ssl_context_factory=lambda _config, _default: context,
        )
    )


async def check_free(host: str, port: int) -> None:
    """Raise GuitaiError ``hq.address_in_use`` if the address is taken."""
    try:
        probe = await asyncio.start_server(lambda _r, _w: None, host, port)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise GuitaiError("hq.address_in_use", address=f"{host}:{port}") from error
        raise
    probe.close()
    await probe.wait_closed()


async def _fault(_request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, GuitaiError)
    reason = str(error.params.get("reason", ""))
    body = {"code": error.code, "message": error.english(), "reason": reason, "zh": error.chinese()}
    return JSONResponse(body, STATUS.get(error.code, 500))


def _common_name(certificate: dict[str, Any] | None) -> str:
    for group in (certificate or {}).get("subject", ()):
        for name, value in group:
            if name == "commonName":
                return str(value)
    return ""
