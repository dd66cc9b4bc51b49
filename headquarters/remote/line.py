"""The line of settings and jobs: hears what kiosks report, and puts desired documents where kiosks find them."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Iterable, Iterator

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.errors import GuitaiError
from guitai.tables import TOPICS
from guitai.wire.commands import plain, sign
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink, Publication
from guitai.wire.remote import JobsReported, Reported
from headquarters.engine import ERRORS, UNSTORABLE
from headquarters.places import ANY, place_of
from headquarters.remote.jobs import Jobs
from headquarters.remote.settings import Settings

SUBSCRIPTIONS = (
    TOPICS["state"].format(**ANY),
    TOPICS["reported"].format(**ANY),
    TOPICS["job"].format(name="reported", **ANY),
)

MOST_AT_ONCE = 50
"""So many words of kiosks are taken in at once: what it takes, nothing else here happens."""

log = structlog.get_logger()


class RemoteLine:
    """One is enough for the fleet; two do no harm, as documents are whole and versioned."""

    def __init__(self, line: MqttLink, settings: Settings, jobs: Jobs, key: Ed25519PrivateKey) -> None:
        self._line, self.settings, self.jobs, self._key = line, settings, jobs, key
        self._branches: dict[str, str] = {}

    async def run(self) -> None:
        """Serve the line for ever."""
        async with self._line:
            while True:
                self._hear(await self._line.several(MOST_AT_ONCE))
                await asyncio.sleep(0)  # what comes in bursts is not all that happens here

    def send(self, kiosk: str) -> None:
        """Put the desired document where the kiosk finds it; one never heard of gets it with its birth."""
        desired, branch = self.settings.desired(kiosk), self._branches.get(kiosk)
        if desired is not None and branch is not None:
            topic = TOPICS["desired"].format(branch=branch, kiosk=kiosk)
            self._line.publish(Publication(topic, sign(desired, self._key), retain=True))

    def _hear(self, happened: Iterable[Message | Connected | Disconnected]) -> None:
        """Take in what has happened. Of what a kiosk tells the last word counts; all are kept in one commit."""
        told: dict[str, Reported] = {}
        seen: set[str] = set()
        for message in happened:
            place = place_of(message.topic) if isinstance(message, Message) else None
            if place is None or not isinstance(message, Message):
                continue
            self._branches[place.kiosk] = place.branch
            with _skipped(message.topic):
                match place.kind:
                    case "cfg":
                        told[place.kiosk] = plain(message.payload, Reported)
                    case "job":
                        self.jobs.heard(place.kiosk, plain(message.payload, JobsReported))
                    case _:
                        seen.add(place.kiosk)
        if told:
            self._keep(told)
        if others := seen - told.keys():
            with _skipped("state"):
                for kiosk in self.settings.differing(others):
                    self.send(kiosk)

    def _keep(self, told: dict[str, Reported]) -> None:
        try:
            behind = self.settings.heard_all(told)
        except UNSTORABLE as error:
            if len(told) == 1:
                log.warning("report skipped", kiosk=next(iter(told)), reason=str(error))
                return
            for kiosk, reported in told.items():
                self._keep({kiosk: reported})
            return
        except (GuitaiError, *ERRORS) as error:
            log.warning("reports skipped", kiosks=len(told), reason=str(error))
            return
        with _skipped("cfg"):
            for kiosk in behind:
                self.send(kiosk)


@contextlib.contextmanager
def _skipped(about: str) -> Iterator[None]:
    """What one kiosk tells, or a database that is away, ends nothing."""
    try:
        yield
    except (GuitaiError, *ERRORS) as error:
        log.warning("message skipped", about=about, reason=str(error))
