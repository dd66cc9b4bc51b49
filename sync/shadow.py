"""Desired and reported settings: takes headquarters' document, validates it key by key, and tells what is in force. Pure."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from guitai.config import Config, with_settings
from guitai.errors import GuitaiError
from guitai.wire.commands import Body
from guitai.wire.remote import Desired, Key, Reason, Reported, Value


class Kept(Body):
    """What is on the kiosk's disk: the last document, sifted, and whether core goes by it."""

    version: Annotated[int, Field(ge=0)] = 0
    values: dict[Key, Value] = Field(default_factory=dict)
    refused: dict[Key, Reason] = Field(default_factory=dict)
    applied: bool = True


class Shadow:
    """Follows headquarters' documents. What `heard` returns has to be on the disk before it is acted upon."""

    def __init__(self, config: Config, kept: Kept) -> None:
        self._config = config
        self.kept = kept

    def heard(self, desired: Desired) -> Kept | None:
        """Return what is to be kept now, None if the document is not newer than the last."""
        if desired.version <= self.kept.version:
            return None
        values: dict[str, Value] = {}
        refused: dict[str, str] = {}
        for key, value in desired.values.items():
            try:
                with_settings(self._config, {**values, key: value})
                values[key] = value
            except GuitaiError as error:
                refused[key] = error.code
        return Kept(version=desired.version, values=values, refused=refused, applied=False)

    def applied(self, version: int) -> Kept | None:
        """Core goes by a version; return what is to be kept, None if that says nothing new."""
        if version != self.kept.version or self.kept.applied:
            return None
        return self.kept.model_copy(update={"applied": True})

    def config(self) -> Config:
        """Return the configuration with the settings over it."""
        return with_settings(self._config, self.kept.values)

    def reported(self) -> Reported | None:
        """Return what to tell headquarters, None while a document is not carried out yet."""
        if not self.kept.applied:
            return None
        return Reported(version=self.kept.version, values=self.kept.values, refused=self.kept.refused)
