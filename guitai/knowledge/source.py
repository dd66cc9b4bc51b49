"""What knowledge staff write: YAML files of answers and sources, read with the line of every answer."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Date = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Text = Annotated[str, Field(min_length=1)]
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong, and where a person finds it."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Title(_Strict):
    """A name in both languages."""

    zh: Text
    en: Text


class SourceText(_Strict):
    """Where answers come from: a rule in force, or the bank's own public notice."""

    title: Title
    valid_until: Date
    """When somebody must look at it again; a notice with rates has a near one."""


class AnswerText(_Strict):
    """One answer as it is written down."""

    id: Id
    intents: Annotated[tuple[str, ...], Field(min_length=1)]
    zh: Annotated[tuple[Text, ...], Field(min_length=1)]
    en: Annotated[tuple[Text, ...], Field(min_length=1)]
    lead: Text
    more: Text
    lead_en: Text
    more_en: Text
    source: Id
    about: Annotated[tuple[Id, ...], Field(min_length=1)]
    facts: dict[str, str] = {}
    """Figures of the answer by graph property, ``node.property``."""

    valid_until: Date | None = None
    reviewed_by: Text | None = None
    reviewed_on: Date | None = None
    hot: str = ""
    figures_differ: str = ""
    """Why the two languages rightly have different figures."""


class DomainText(_Strict):
    """The head of a file of answers; its review holds for every answer that has none of its own."""

    domain: Id
    title: Title
    reviewed_by: Text | None = None
    reviewed_on: Date | None = None
    answers: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Placed:
    """An answer with the place it stands at."""

    file: str
    line: int
    domain: DomainText
    answer: AnswerText


@dataclass(frozen=True, slots=True)
class Sources:
    """Everything read from the YAML files, with the mistakes that keep entries out."""

    answers: tuple[Placed, ...]
    sources: dict[str, SourceText]
    source_lines: dict[str, int]
    terms: dict[str, tuple[str, ...]]
    """Everyday words by the node they mean."""

    term_lines: dict[str, int]
    mistakes: tuple[Mistake, ...]


def read_sources(files: Mapping[str, str]) -> Sources:
    """Read the folder's YAML texts by name: ``sources.yaml``, ``terms.yaml``, and ``answers/*.yaml``."""
    mistakes: list[Mistake] = []
    answers: list[Placed] = []
    for name in sorted(files):
        if name.startswith("answers/"):
            answers += _domain(name, files[name], mistakes)
    raw_sources, source_lines = _mapping("sources.yaml", files.get("sources.yaml", ""), mistakes)
    sources = {}
    for key, value in raw_sources.items():
        if (one := _checked(SourceText, value, "sources.yaml", {(): source_lines[key]}, mistakes)) is not None:
            sources[key] = one
    raw_terms, term_lines = _mapping("terms.yaml", files.get("terms.yaml", ""), mistakes)
    terms = {key: tuple(words) for key, words in raw_terms.items()}
    return Sources(tuple(answers), sources, source_lines, terms, term_lines, tuple(mistakes))


def _domain(file: str, text: str, mistakes: list[Mistake]) -> Iterator[Placed]:
    data, lines = _loaded(file, text, mistakes)
    domain = _checked(DomainText, data, file, lines, mistakes)
    for at, raw in enumerate(domain.answers if domain is not None else ()):
        here = {path[2:]: line for path, line in lines.items() if path[:2] == ("answers", at)}
        answer = _checked(AnswerText, raw, file, here, mistakes)
        if answer is not None and domain is not None:
            yield Placed(file, here[()], domain, answer)


def _mapping(file: str, text: str, mistakes: list[Mistake]) -> tuple[dict[str, Any], dict[str, int]]:
    data, lines = _loaded(file, text, mistakes)
    if not isinstance(data, dict):
        if data:
            mistakes.append(Mistake(file, 1, "this must be a list of names with a colon each"))
        return {}, {}
    return data, {key: lines[(key,)] for key in data}


def _checked(
    model: type[Model], data: Any, file: str, lines: dict[tuple[Any, ...], int], mistakes: list[Mistake]
) -> Model | None:
    try:
        return model.model_validate(data)
    except ValidationError as error:
        for fault in error.errors():
            path = tuple(fault["loc"])
            line = next(lines[path[:n]] for n in range(len(path), -1, -1) if path[:n] in lines or n == 0)
            name = data.get("id", "") if isinstance(data, dict) else ""
            where = ".".join(map(str, path))
            mistakes.append(Mistake(file, line, f"{name + ': ' if name else ''}{where}: {fault['msg'].lower()}"))
        return None


def _loaded(file: str, text: str, mistakes: list[Mistake]) -> tuple[Any, dict[tuple[Any, ...], int]]:
    """Return the file's data, all leaves text, and the line of every place in it."""
    lines: dict[tuple[Any, ...], int] = {(): 1}
    try:
        root = yaml.compose(text, Loader=yaml.CBaseLoader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        mistakes.append(Mistake(file, line, f"this is no YAML: {error.problem or error.context}"))
        return {}, lines
    return (_built(root, (), lines, file, mistakes) if root is not None else {}), lines


def _built(
    node: yaml.Node, path: tuple[Any, ...], lines: dict[tuple[Any, ...], int], file: str, mistakes: list[Mistake]
) -> Any:
    lines[path] = node.start_mark.line + 1
    if isinstance(node, yaml.SequenceNode):
        return [_built(child, (*path, at), lines, file, mistakes) for at, child in enumerate(node.value)]
    if isinstance(node, yaml.MappingNode):
        built: dict[str, Any] = {}
        for key, value in node.value:
            if key.value in built:
                mistakes.append(Mistake(file, key.start_mark.line + 1, f"{key.value} is written twice"))
            built[key.value] = _built(value, (*path, key.value), lines, file, mistakes)
            lines[(*path, key.value)] = key.start_mark.line + 1
        return built
    return re.sub(r"\s+", " ", node.value)
