"""The base of all sections of configuration, and the sections of enrolment, updates and the window."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


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
    screenshots: Path | None = Field(None, title="Folder that receives a picture of every screen shown")
    face: bool = Field(True, title="Whether the digital teller's face is shown")
    restart_at: str = Field(
        "03:30",
        pattern=r"^(([01]\d|2[0-3]):[0-5]\d)?$",
        title="Local time (HH:MM) after which the window begins anew, once a night and only while nobody is there; empty: never",
    )
    theme: Path | None = Field(None, title="The bank's own look (TOML): colours, logo, words (docs/window.md)")
