"""The base of all sections of configuration, and the sections of enrolment, updates, window and ways through networks."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

STUN = r"^(stun:[^\s?:]+(:\d{1,5})?)?$"
TURN = r"^(turns?:[^\s?:]+(:\d{1,5})?(\?transport=(udp|tcp))?)?$"


class Section(BaseModel):
    """Base of all sections: unknown keys are errors, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Enrolment(Section):
    """How kiosks join and renew their certificates (docs/enrolment.md)."""

    url: str = Field(
        "",
        pattern=r"^(https://[^\s/?#@]+)?$",
        title="Headquarters' address as kiosks reach it; empty: https://headquarters.host:port",
    )
    broker: str = Field(
        "",
        pattern=r"^([^\s:]+:\d{1,5})?$",
        title="HOST:PORT of the broker as kiosks reach it; empty: mqtt.host:mqtt.port",
    )
    authority: Path | None = Field(
        None, title="Folder of ca.key, ca.crt and revoked.crl, written by headquarters; none: paths.keys"
    )
    certificate_days: int = Field(90, ge=1, le=825, title="A kiosk's certificate lives so long")
    code_days: int = Field(7, ge=1, le=30, title="A claim code lives so long, if not said otherwise")


class Updates(Section):
    """Software, models and answers of this kiosk (docs/updates.md)."""

    url: str = Field(
        "https://127.0.0.1:8443/releases/v1", pattern=r"^https://\S+$", title="Base URL of headquarters' releases"
    )
    folder: Path = Field(Path("/var/lib/guitai/updates"), title="The updater's own folder; root's")
    ring: Path = Field(Path("/etc/guitai/updates.pem"), title="Certificates (PEM) of the authorities that sign updates")
    compatible: str = Field(
        "guitai-debian12-amd64", pattern=r"^[A-Za-z0-9._-]{1,64}$", title="What kind of machine this is; as RAUC's"
    )
    window: str = Field(
        "01:00-05:00",
        pattern=r"^\d{2}:\d{2}-\d{2}:\d{2}$",
        title="When it may switch over, local time; 00:00-00:00: always",
    )
    slots: Literal["folders", "rauc"] = Field(
        "folders", title="How two versions are kept: folders, or RAUC's partitions"
    )


class Window(Section):
    """The kiosk window."""

    width: int = Field(1080, ge=600)
    height: int = Field(1920, ge=480)
    fullscreen: bool = False
    large_print: bool = Field(False, title="Sessions begin in large print; customers may change it")
    high_contrast: bool = Field(False, title="Sessions begin in high contrast; customers may change it")
    screenshots: Path | None = Field(None, title="Folder that receives a picture of every screen shown")
    face: bool = Field(True, title="Whether the digital teller's face is shown")
    motion: bool = Field(True, title="Whether the counter slides when buttons go lower; false: it is there at once")
    restart_at: str = Field(
        "03:30",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        title="Local time (HH:MM) after which the window begins anew, once a night and only while nobody is there; empty: never",
    )
    theme: Path | None = Field(None, title="The bank's own look (TOML): colours, logo, words (docs/window.md)")


class Video(Section):
    """A teller's sound and picture: the way through networks (docs/takeover.md)."""

    stun: str = Field(
        "",
        pattern=STUN,
        title="stun:HOST[:PORT], if the kiosk is behind an address translation",
    )
    turn: str = Field(
        "",
        pattern=TURN,
        title="turn:HOST[:PORT][?transport=udp|tcp] or turns:…: the relay between kiosk and headquarters",
    )
    turn_user: str = Field("", max_length=200, title="User at the relay")
    turn_password: SecretStr = Field(SecretStr(""), title="Its password")
    relay_only: bool = Field(False, title="Through the relay alone: the kiosk's own addresses are not told")

    @model_validator(mode="after")
    def _relayed(self) -> Self:
        if self.relay_only and not self.turn:
            raise ValueError("video.turn is missing: there is no relay to go through alone")
        return self


class Relays(Section):
    """The way through networks for tellers' browsers (docs/takeover.md)."""

    stun: str = Field("", pattern=STUN, title="stun:HOST[:PORT], if browsers are behind an address translation")
    turn: tuple[Annotated[str, Field(pattern=TURN, min_length=1)], ...] = Field((), title="Relays, as in video.turn")
    turn_secret: SecretStr = Field(
        SecretStr(""), title="Their static-auth-secret (coturn: use-auth-secret); a browser gets an hour's password"
    )
    relay_only: bool = Field(False, title="Browsers go through a relay alone")

    @model_validator(mode="after")
    def _relayed(self) -> Self:
        if self.turn and not self.turn_secret.get_secret_value():
            raise ValueError("relays.turn_secret is missing: without it nobody may use the relays")
        if self.relay_only and not self.turn:
            raise ValueError("relays.turn is missing: there is no relay to go through alone")
        return self
