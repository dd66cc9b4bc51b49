"""Reads configuration as it is written, in TOML files and in the environment, before anything checks it."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from guitai.errors import GuitaiError


def read(file: Path) -> dict[str, Any]:
    """Return a TOML file. Raises GuitaiError ``config.unreadable``, ``config.not_toml``."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise GuitaiError("config.unreadable", path=file, reason=error.strerror) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise GuitaiError("config.not_toml", path=file, reason=str(error)) from error


def from_environment(environment: Mapping[str, str], prefix: str) -> dict[str, Any]:
    """Return what variables of the form PREFIX + SECTION__KEY say."""
    out: dict[str, Any] = {}
    for name, value in environment.items():
        if name.startswith(prefix):
            *sections, key = name.removeprefix(prefix).lower().split("__")
            here = out
            for section in sections:
                here = here.setdefault(section, {})
            here[key] = value
    return out


def merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    """Lay `more` over `into`, section by section."""
    for key, value in more.items():
        if isinstance(value, dict) and isinstance(into.get(key), dict):
            merge(into[key], value)
        else:
            into[key] = value
