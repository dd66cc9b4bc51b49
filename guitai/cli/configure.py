"""guitai config show|check."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import click
from pydantic import BaseModel

from guitai import config as configuration
from guitai.config import Config

_PASSWORD = re.compile(r"(?<=://)[^/@\s]+(?=@)")
"""Who logs in where, as a network camera's address has it."""


@click.group(name="config")
def configure() -> None:
    """Show or check the configuration."""


@configure.command()
@click.pass_obj
def show(files: tuple[Path, ...]) -> None:
    """Print every key with its value, what it means, and where it differs from the default."""
    loaded = configuration.load(files)
    for key, value, default, title in _rows(loaded, Config(), ""):
        changed = "" if value == default else f"   (default {default})"
        click.echo(f"{key} = {_PASSWORD.sub('***', str(value))}{changed}" + (f"\n    {title}" if title else ""))


@configure.command()
@click.pass_obj
def check(files: tuple[Path, ...]) -> None:
    """Exit 0 when the configuration is sound; otherwise name the key and what is wrong."""
    configuration.load(files)
    click.echo("The configuration is sound.")


def _rows(section: BaseModel, default: BaseModel, prefix: str) -> list[tuple[str, Any, Any, str]]:
    rows: list[tuple[str, Any, Any, str]] = []
    for name, field in type(section).model_fields.items():
        value, standard = getattr(section, name), getattr(default, name)
        if isinstance(value, BaseModel):
            rows += _rows(value, standard, f"{prefix}{name}.")
        else:
            rows.append((f"{prefix}{name}", value, standard, field.title or ""))
    return rows
