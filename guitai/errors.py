"""Every error a person may meet: a dotted code, a Chinese and an English sentence, the next step.

The texts stand in ``guitai/error_texts/<domain>.toml``, one file per first word of the code. Only the window and the
command line turn codes into words; everything else passes codes on.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class ErrorText:
    """What the table says of one code. ``{name}`` in a sentence is filled from the error's parameters."""

    zh: str
    en: str
    next: str
    """What the technician (English) should do now."""
    retryable: bool = False


class GuitaiError(Exception):
    """An error with a code of the table; parameters must not carry personal data.

    ``GuitaiError("models.hash_mismatch", path="a.onnx")``. An unknown code is itself an error, at once.
    """

    def __init__(self, code: str, **params: object) -> None:
        text = error_text(code)
        self.code = code
        self.params = params
        self.retryable = text.retryable
        super().__init__(f"{code}: {self.english()}")

    def english(self) -> str:
        """Return the English sentence and the next step, for logs and the command line."""
        text = error_text(self.code)
        return f"{_fill(text.en, self.params)} {_fill(text.next, self.params)}".strip()

    def chinese(self) -> str:
        """Return the Chinese sentence, for the screen."""
        return _fill(error_text(self.code).zh, self.params)


def error_text(code: str) -> ErrorText:
    """Return the table's entry. Raises KeyError for a code that is not in the table."""
    domain, _, name = code.partition(".")
    return _domain(domain)[name]


def all_codes() -> tuple[str, ...]:
    """Return every code of the table, sorted."""
    files = resources.files("guitai").joinpath("error_texts").iterdir()
    domains = sorted(f.name.removesuffix(".toml") for f in files if f.name.endswith(".toml"))
    return tuple(f"{domain}.{name}" for domain in domains for name in sorted(_domain(domain)))


@cache
def _domain(domain: str) -> dict[str, ErrorText]:
    file = resources.files("guitai").joinpath("error_texts", f"{domain}.toml")
    if not file.is_file():
        raise KeyError(domain)
    table = tomllib.loads(file.read_text(encoding="utf-8"))
    return {name: ErrorText(**entry) for name, entry in table.items()}


class _Missing(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"


def _fill(sentence: str, params: dict[str, object]) -> str:
    return sentence.format_map(_Missing(params))
