"""Settings as this kiosk follows them: from headquarters' retained document over core to the retained report. The shell."""

from __future__ import annotations

from collections.abc import Callable

import structlog
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from pydantic import ValidationError

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.wire.commands import opened
from guitai.wire.kept import keep, read_kept
from guitai.wire.mqtt import Message, Publication
from guitai.wire.remote import DESIRED_BYTES, MOST_FINDINGS, Desired, Found
from sync.codec import Topics
from sync.core import Core
from sync.shadow import Kept, Shadow

FILE = "shadow.json"

log = structlog.get_logger()


class RemoteSettings:
    """Keeps the shadow on the disk, hands settings to core until core goes by them, and reports."""

    def __init__(
        self,
        config: Config,
        core: Core,
        key: Ed25519PublicKey,
        publish: Callable[[Publication], None],
        in_force: Callable[[Config], None],
    ) -> None:
        self._core, self._key, self._publish, self._in_force = core, key, publish, in_force
        self._kiosk = config.kiosk.id
        self._topic = Topics(config.kiosk.branch, config.kiosk.id).reported
        self._path = config.paths.state / FILE
        self._findings: list[Found] = []
        self._shadow = Shadow(config, read_kept(self._path, Kept) or Kept())
        try:
            in_force(self._shadow.config())
        except GuitaiError as error:  # another version of the program, with other bounds: core decides anew, too
            log.warning("kept settings cannot be used", code=error.code)
            self._shadow = Shadow(config, Kept())

    def heard(self, message: Message) -> None:
        """Take in headquarters' document."""
        try:
            desired = opened(message.payload, Desired, self._key, DESIRED_BYTES)
            if desired.kiosk != self._kiosk:
                raise GuitaiError("mqtt.bad_command", reason="for another kiosk")
        except GuitaiError as error:
            log.warning("settings refused", code=error.code, reason=str(error))
            return
        if (kept := self._shadow.heard(desired)) is None:
            self.report()
        elif self._keep(kept):
            log.info("settings came", version=kept.version, refused=kept.refused)

    async def hand_over(self) -> None:
        """Have core go by the settings; it answers once it does."""
        kept = self._shadow.kept
        if kept.version:
            await self._core.settings(kept.version, dict(kept.values))

    @property
    def waiting(self) -> bool:
        """Whether core has still to take settings up."""
        return not self._shadow.kept.applied

    def applied(self, version: int) -> None:
        """Core goes by them."""
        if (kept := self._shadow.applied(version)) is not None and self._keep(kept):
            self._in_force(self._shadow.config())
            self.report()

    def health(self, findings: list[dict[str, str]]) -> None:
        """Report what is wrong with the machine, too."""
        try:
            self._findings = [Found.model_validate(one) for one in findings[:MOST_FINDINGS]]
        except ValidationError as error:
            log.warning("findings not understood", reason=str(error))
            return
        self.report()

    def report(self) -> None:
        """Tell headquarters what is in force, and what is wrong with the machine."""
        if (reported := self._shadow.reported()) is not None:
            if self._findings:
                reported = reported.model_copy(update={"findings": self._findings})
            text = reported.model_dump_json(exclude=None if self._findings else {"findings"})
            self._publish(Publication(self._topic, text.encode(), retain=True))

    def _keep(self, kept: Kept) -> bool:
        try:
            keep(self._path, kept)
        except GuitaiError as error:
            log.warning("settings not kept", reason=str(error))  # they come again with the next connection
            return False
        self._shadow.kept = kept
        return True
