"""The base of all sections of configuration, and the section of enrolment."""

from __future__ import annotations

from pathlib import Path

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
