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

import structlog
import uvicorn
from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from uvicorn.protocols.http.h11_impl import H11Protocol

from guitai.errors import GuitaiError
from guitai.wire.tls import Identity, server_context
from headquarters import api, metrics
from headquarters.bank import routes
from headquarters.bank.host import Bank
from headquarters.console import approval_routes, faults, leader_routes, live_route, login_routes
from headquarters.console import routes as console_routes
from headquarters.console.films import Films
from headquarters.console.guard import Services
from headquarters.console.house import House
from headquarters.console.limits import BoundedBodies
from headquarters.enrolment import console_routes as enrolment_console
from headquarters.enrolment import routes as enrolment_routes
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.enrolment.shutter import Revoked
from headquarters.page import ConsolePage, NothingKept
from headquarters.quality import routes as quality_routes
from headquarters.quality.days import Quality
from headquarters.remote import routes as remote_routes
from headquarters.remote.line import RemoteLine
from headquarters.review import routes as review_routes
from headquarters.review.nightly import Reviews
from headquarters.rollout import routes as rollout_routes
from headquarters.rollout.routes import RolloutDesk
from headquarters.service import routes as service_routes
from headquarters.service.routes import ServiceDesk
from headquarters.uploads import routes as upload_routes
from headquarters.uploads.routes import UploadDesk

ROOMS = (
    login_routes, console_routes, approval_routes, leader_routes, live_route, api, metrics, service_routes, review_routes, quality_routes,
    remote_routes, upload_routes, routes, enrolment_routes, enrolment_console, rollout_routes,
)  # fmt: skip
"""Each with its `router`."""

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Nothing from elsewhere, nothing inline: words of a customer can never become a script."""

MOST_LINE_BYTES = 1024
"""Of what a browser sends over the live line: nothing is wanted, more is not even read."""

log = structlog.get_logger()

HEADERS = [
    ("Content-Security-Policy", CSP),
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Permissions-Policy", "camera=(self), microphone=(self), geolocation=(), payment=(), usb=()"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
]


def make_app(
    house: House, services: Services, bank: Bank, desk: ServiceDesk, remote: RemoteLine, uploads: UploadDesk,
    reviews: Reviews, enrolment: EnrolmentDesk | None = None, films: Films | None = None,
    rollout: RolloutDesk | None = None,
) -> FastAPI:  # fmt: skip
    """Return the application around its services."""
    app = bare_app()
    app.state.remote, app.state.uploads, app.state.house = remote, uploads, house
    app.state.films = films
    app.state.services, app.state.bank, app.state.desk = services, bank, desk
    app.state.rollout = rollout
    if enrolment is not None:
        config = enrolment.config
        app.state.enrolment = enrolment
        app.state.revoked = Revoked(config.enrolment.authority or config.paths.keys)
    app.state.quality, app.state.reviews = Quality(services.store.connection), reviews
    page = Path(str(resources.files("headquarters").joinpath("web")))
    if (page / "index.html").is_file():
        app.mount("/", ConsolePage(directory=page, html=True), name="console")
    else:
        log.warning("the console's page is not built: script/setup does that", path=str(page))
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
        openapi_url=None,
    )
    for room in ROOMS:
        app.include_router(room.router)
    app.add_exception_handler(GuitaiError, faults.on_fault)
    app.add_exception_handler(RequestValidationError, faults.on_bad_request)
    app.add_middleware(BoundedBodies)
    app.add_middleware(NothingKept)
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
    """Puts common name and serial number of the client's certificate into the request's state: empty without one."""

    def connection_made(self, transport: Any) -> None:
        """Read the certificate the TLS layer has verified."""
        super().connection_made(transport)
        certificate = transport.get_extra_info("peercert")
        serial = f"{int(certificate['serialNumber'], 16):x}" if certificate else ""
        self.app_state = {**self.app_state, "peer_name": _common_name(certificate), "peer_serial": serial}


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
            ws_max_size=MOST_LINE_BYTES,
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


def _common_name(certificate: dict[str, Any] | None) -> str:
    for group in (certificate or {}).get("subject", ()):
        for name, value in group:
            if name == "commonName":
                return str(value)
    return ""
