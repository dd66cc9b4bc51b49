"""The words that papers are known by, read from words.yaml once and checked."""

from __future__ import annotations

import re
from importlib import resources
from typing import Annotated

import yaml
from pydantic import AfterValidator, BaseModel, ConfigDict, Field

from guitai.messages.document import DocumentKind, Topic
from guitai.messages.voice import Strength


def _pattern(text: str) -> str:
    try:
        re.compile(text)
    except re.error as error:
        raise ValueError(f"no regular expression: {error}") from error
    return text


Pattern = Annotated[str, AfterValidator(_pattern)]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Kind(_Data):
    """What a kind of paper says."""

    title: tuple[Pattern, ...]
    words: tuple[Pattern, ...]


class Promises(_Data):
    """What no honest product promises at once."""

    principal: Pattern
    denied: Pattern
    high_bp: Annotated[int, Field(gt=0)]
    high: Pattern


class Cue(_Data):
    """Words that speak for a scam."""

    type: str
    strength: Strength
    word: str
    """What the record quotes."""

    says: Pattern
    unless: Pattern = ""
    """Words in the same part of the sentence with which it is something else."""


class WordList(_Data):
    """The whole file."""

    kinds: dict[DocumentKind, Kind]
    message: tuple[Pattern, ...]
    topics: dict[Topic, Pattern]
    promises: Promises
    warned: Pattern
    false_claim: Pattern
    scam: tuple[Cue, ...]


WORDS = WordList(**yaml.safe_load(resources.files("guitai.documents").joinpath("words.yaml").read_text("utf-8")))
