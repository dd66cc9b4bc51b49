"""Headquarters' settings as core goes by them: kept on the disk, taken up between customers."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import structlog

from guitai.config import Config, with_settings
from guitai.errors import GuitaiError
from guitai.wire.kept import keep, read_kept
from guitai.wire.remote import Desired

FILE = "settings.json"

log = structlog.get_logger()


class Settings:
    """The configuration from files, with what headquarters set over it."""

    def __init__(self, config: Config, idle: Callable[[], bool]) -> None:
        self._files, self._idle = config, idle
        self._path: Path = config.paths.state / FILE
        self._version, self._config = 0, config
        self._wanted = self._read()

    @property
    def config(self) -> Config:
        """The configuration in force; a new one begins between customers."""
        self._take_up()
        return self._config

    def take(self, version: int, values: dict[str, object]) -> bool:
        """Keep a version of the settings; tell whether it is in force. Raises GuitaiError ``config.*``, ``remote.disk``."""
        if version > max(self._version, self._wanted.version if self._wanted else 0):
            with_settings(self._files, values)
            wanted = Desired(kiosk=self._files.kiosk.id, version=version, values=values)
            keep(self._path, wanted)
            self._wanted = wanted
        self._take_up()
        return self._version >= version

    def _take_up(self) -> None:
        if self._wanted is not None and self._idle():
            self._config, self._version = with_settings(self._files, self._wanted.values), self._wanted.version
            log.info("settings in force", version=self._version, keys=sorted(self._wanted.values))
            self._wanted = None

    def _read(self) -> Desired | None:
        """Return what was kept. What cannot be used is left out: sync hands the settings over again."""
        kept = read_kept(self._path, Desired)
        try:
            with_settings(self._files, kept.values if kept else {})
        except GuitaiError as error:
            log.warning("kept settings cannot be used", reason=str(error))
            return None
        return kept
