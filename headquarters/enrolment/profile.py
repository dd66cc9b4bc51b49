"""A kiosk's profile: sections of configuration that headquarters gives it, checked before anybody has to type a code."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from guitai.config import Config
from guitai.config_files import merge
from guitai.errors import GuitaiError
from headquarters.enrolment.store import Profile

NOT_GIVEN = frozenset({"paths", "headquarters", "console", "enrolment", "limits", "log_level"})
"""What a machine is told where it stands, or headquarters alone needs."""


def read_profile(path: Path) -> Profile:
    """Return a profile's sections. Raises GuitaiError ``enrolment.bad_profile``."""
    try:
        found = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise GuitaiError("enrolment.bad_profile", path=path, reason=str(error)) from error
    return checked(found, str(path))


def checked(found: dict[str, Any], name: str) -> Profile:
    """Return sections that a kiosk of this version would take. Raises GuitaiError ``enrolment.bad_profile``."""
    if wrong := sorted(NOT_GIVEN & found.keys()):
        raise GuitaiError("enrolment.bad_profile", path=name, reason=f"{', '.join(wrong)} is not given")
    try:
        Config.model_validate(found)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise GuitaiError("enrolment.bad_profile", path=name, reason=f"{key}: {first['msg']}") from error
    return found


def url_of(config: Config) -> str:
    """Return headquarters' address as kiosks reach it."""
    return config.enrolment.url or f"https://{config.headquarters.host}:{config.headquarters.port}"


def configuration(config: Config, kiosk: str, branch: str, profile: Profile) -> Profile:
    """Return all of a kiosk's configuration: its profile, its name and place, and where headquarters is."""
    url = url_of(config)
    host, _, port = (config.enrolment.broker or f"{config.mqtt.host}:{config.mqtt.port}").rpartition(":")
    out: Profile = {
        "mqtt": {"host": host, "port": int(port)},
        "bank": {"url": f"{url}/bank/v1"},
        "uploads": {"url": f"{url}/uploads/v1"},
        "updates": {"url": f"{url}/releases/v1"},
    }
    merge(out, profile)
    merge(out, {"kiosk": {"id": kiosk, "branch": branch}, "enrolment": {"url": url}})
    return out
