"""Carries out that a certificate ended: the authority's list, the broker, the live connection. Again until it holds."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import structlog
from cryptography import x509

from guitai.errors import GuitaiError
from guitai.wire.mqtt import Endpoint
from headquarters import broker
from headquarters.engine import ERRORS
from headquarters.enrolment.desk import EnrolmentDesk
from headquarters.enrolment.tables import Issued
from headquarters.pki import REVOCATIONS
from headquarters.revocation import cut

EVERY_S = 1.0
AGAIN_S = 10.0

log = structlog.get_logger()


class Shutter:
    """One of headquarters' jobs. `endpoint` is its own line; `folder` the broker's, where it runs on this machine."""

    def __init__(self, desk: EnrolmentDesk, endpoint: Callable[[], Endpoint], folder: Path) -> None:
        self._desk, self._endpoint, self._folder = desk, endpoint, folder

    async def run(self) -> None:
        """Look for ever."""
        while True:
            try:
                pause = EVERY_S if await self.once() else AGAIN_S
            except (GuitaiError, OSError, *ERRORS):
                log.exception("certificates not shut out")
                pause = AGAIN_S
            await asyncio.sleep(pause)

    async def once(self) -> bool:
        """Shut out what ended; return False if something has to be tried again."""
        done = True
        for one in self._desk.store.not_shut():
            try:
                done = await self._shut(one) and done
            except (GuitaiError, OSError):  # none stands before the others
                log.exception("certificate not shut out")
                done = False
        return done

    async def _shut(self, one: Issued) -> bool:
        self._desk.authority.revoke(x509.load_pem_x509_certificate(one.pem.encode()))
        if not broker.reload(self._folder):
            log.warning("the broker is not on this machine: it has to read the list itself", kiosk=one.kiosk)
        try:
            await cut(self._endpoint(), one.kiosk)
        except GuitaiError as error:
            log.warning("not cut yet", kiosk=one.kiosk, code=error.code)
            return False
        self._desk.store.shut(one.serial)
        log.info("certificate shut out", kiosk=one.kiosk, serial=one.serial, reason=one.reason)
        return True


class Revoked:
    """The serial numbers on the authority's list, read again when the file changed.

    Asking raises GuitaiError ``hq.no_revocations`` where the list cannot be read: nobody is let in unlooked at.
    """

    def __init__(self, folder: Path) -> None:
        self._path = folder / REVOCATIONS
        self._stamp: tuple[int, int, int] | None = None
        self._serials: frozenset[int] = frozenset()

    def __contains__(self, serial: int) -> bool:
        try:
            at = self._path.stat()
            stamp = (at.st_mtime_ns, at.st_ino, at.st_size)
            if stamp != self._stamp:
                found = x509.load_pem_x509_crl(self._path.read_bytes())
                self._serials, self._stamp = frozenset(one.serial_number for one in found), stamp
        except (OSError, ValueError) as error:
            log.warning("the list of revoked certificates cannot be read", path=str(self._path), reason=str(error))
            raise GuitaiError("hq.no_revocations", path=self._path.name, reason=type(error).__name__) from error
        return serial in self._serials
