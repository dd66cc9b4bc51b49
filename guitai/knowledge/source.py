"""What knowledge staff write: YAML files of answers and sources, read with the line of every answer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from guitai.yaml_lines import Document, Mistake, Path, checked, document

Id = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]
Date = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Text = Annotated[str, Field(min_length=1)]
Model = TypeVar("Model", bound=BaseModel)


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
            answers += _domain(document(name, files[name], texts=True), mistakes)
    found = _mapping("sources.yaml", files, mistakes)
    sources = {}
    for key in found.data:
        if (one := _checked(SourceText, found, (key,), mistakes)) is not None:
            sources[key] = one
    terms = _mapping("terms.yaml", files, mistakes)
    words: dict[str, tuple[str, ...]] = {}
    for key, some in terms.data.items():
        if isinstance(some, list):
            words[key] = tuple(map(str, some))
        else:
            mistakes.append(
                terms.mistake((key,), "a list is wanted: [in square brackets], or a line with a dash for each")
            )
    return Sources(tuple(answers), sources, _lines(found), words, _lines(terms), tuple(mistakes))


def _domain(found: Document, mistakes: list[Mistake]) -> Iterator[Placed]:
    domain = _checked(DomainText, found, (), mistakes)
    mistakes += found.mistakes if domain is not None else ()
    for at in range(len(domain.answers) if domain is not None else 0):
        answer = _checked(AnswerText, found, ("answers", at), mistakes)
        if answer is not None and domain is not None:
            yield Placed(found.file, found.line(("answers", at)), domain, answer)


def _mapping(file: str, files: Mapping[str, str], mistakes: list[Mistake]) -> Document:
    found = document(file, files.get(file, ""), texts=True)
    mistakes += found.mistakes
    if not isinstance(found.data, dict):
        if found.data:
            mistakes.append(Mistake(file, 1, "this must be a list of names with a colon each"))
        return Document(file, {}, {}, ())
    return found


def _lines(found: Document) -> dict[str, int]:
    return {key: found.line((key,)) for key in found.data}


def _checked(model: type[Model], found: Document, at: Path, mistakes: list[Mistake]) -> Model | None:
    """Return a part of a file as a model, or add what keeps it out."""
    if not at and found.data is None:
        mistakes += found.mistakes or (Mistake(found.file, 1, "the file is empty"),)
        return None
    one, wrong = checked(model, found, at)
    if at[:1] == ("answers",):
        name = found.data["answers"][at[1]].get("id", "") if isinstance(found.data["answers"][at[1]], dict) else ""
        before = f"answers.{int(at[1]) + 1}"
        wrong = tuple(
            replace(fault, what=name + fault.what.removeprefix(before).replace(".", ": ", 1)) for fault in wrong
        )
    mistakes += wrong
    return one
