"""What guitai devices says to a technician, in Chinese or English; the texts stand in phrases.toml."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources

from firmware_bridge.words.book import Language, service_name


class Phrases:
    """The texts in one language. ``say("exercise.insert_card")``; ``{name}`` is filled from the parameters."""

    def __init__(self, language: Language) -> None:
        self.language = language

    def __call__(self, key: str, **params: object) -> str:
        """Return a text. Raises KeyError for one that is not in the file."""
        group, _, name = key.partition(".")
        return _texts()[group][name][self.language].format(**params)

    def device(self, service: str, interfaces: frozenset[str] = frozenset()) -> str:
        """Return what a service is called: by its own name, else by the first of its interfaces that has one."""
        return service_name(service, interfaces, self.language)


@cache
def _texts() -> dict[str, dict[str, dict[str, str]]]:
    file = resources.files(__package__).joinpath("phrases.toml")
    return tomllib.loads(file.read_text(encoding="utf-8"))
