"""The line of settings and jobs: hears what kiosks report, and puts desired documents where kiosks find them."""

from __future__ import annotations

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from guitai.errors import GuitaiError
from guitai.tables import TOPICS
from guitai.wire.commands import plain, sign
from guitai.wire.mqtt import Message, MqttLink, Publication
from guitai.wire.remote import JobsReported, Reported
from headquarters.engine import ERRORS
from headquarters.places import ANY, Place, place_of
from headquarters.remote.jobs import Jobs
from headquarters.remote.settings import Settings

SUBSCRIPTIONS = (
    TOPICS["state"].format(**ANY),
    TOPICS["reported"].format(**ANY),
    TOPICS["job"].format(name="reported", **ANY),
)

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
                if isinstance(message := await self._line.next(), Message):
                    self._hear(message)

    def send(self, kiosk: str) -> None:
        """Put the desired document where the kiosk finds it; one never heard of gets it with its birth."""
        desired, branch = self.settings.desired(kiosk), self._branches.get(kiosk)
        if desired is not None and branch is not None:
            topic = TOPICS["desired"].format(branch=branch, kiosk=kiosk)
            self._line.publish(Publication(topic, sign(desired, self._key), retain=True))

    def _hear(self, message: Message) -> None:
        place = place_of(message.topic)
        if place is None:
            return
        self._branches[place.kiosk] = place.branch
        try:
            if self._news(place, message):
                self.send(place.kiosk)
        except (GuitaiError, *ERRORS) as error:
            log.warning("message skipped", topic=message.topic, reason=str(error))

    def _news(self, place: Place, message: Message) -> bool:
        """Take a message in; tell whether the kiosk has still to hear what is desired."""
        match place.kind:
            case "cfg":
                return self.settings.heard(place.kiosk, plain(message.payload, Reported))
            case "job":
                self.jobs.heard(place.kiosk, plain(message.payload, JobsReported))
                return False
            case _:
                return self.settings.differ(place.kiosk)
