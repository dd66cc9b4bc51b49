"""Reads the YAML that people write: its data, the line of every place in it, and each mistake in words they can act on. Pure."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar, get_args

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

Path = tuple[str | int, ...]
Model = TypeVar("Model", bound=BaseModel)
Lines = Mapping[Path, int]


class Loader(yaml.CSafeLoader):
    """YAML in which only true and false are truth values and a date is text, so that a choice may be called yes or no."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, form) for tag, form in found if not tag.endswith((":bool", ":timestamp"))]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}
Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """What is wrong and what to do, and where a person finds it."""

    file: str
    line: int
    what: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.what}"


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML text that was read."""

    file: str
    data: Any
    lines: Lines
    """The line, counted from 1, of every key and value; the empty path is the whole."""

    mistakes: tuple[Mistake, ...]
    """What is no YAML, or is written twice. `data` is None where it could not be read."""

    def mistake(self, path: Path, what: str) -> Mistake:
        """Return a mistake at a place, or at the nearest one around it that is there."""
        where = ".".join(str(piece + 1) if isinstance(piece, int) else str(piece) for piece in path)
        return Mistake(self.file, self.line(path), f"{where}: {what}" if where else what)

    def line(self, path: Path) -> int:
        """Return the line of a place, or of the nearest one around it."""
        while path and path not in self.lines:
            path = path[:-1]
        return self.lines.get(path, 1)


def read(text: str) -> Any:
    """Return the data of a YAML text. Raises yaml.YAMLError."""
    loader = Loader(text)
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()


def document(file: str, text: str, *, texts: bool = False) -> Document:
    """Read a text that somebody wrote; never raises. With `texts` every leaf is text, its white space made single spaces."""
    lines: dict[Path, int] = {}
    mistakes: list[Mistake] = []
    loader = Loader(text)
    try:
        root = loader.get_single_node()
        if root is not None:
            _walk(root, (), file, lines, mistakes)
        data = None if root is None else _texts(root) if texts else loader.construct_document(root)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Document(file, None, {}, _no_yaml(file, text, error))
    finally:
        loader.dispose()
    return Document(file, data, lines, tuple(mistakes))


def checked(model: type[Model], found: Document, at: Path = ()) -> tuple[Model | None, tuple[Mistake, ...]]:
    """Return the document, or the part of it at a place, as a model; None with its mistakes where it is not one."""
    data = found.data
    for piece in at:
        data = data[piece]
    try:
        return model.model_validate(data), ()
    except ValidationError as error:
        told = {found.mistake((*at, *_real(one["loc"])), _words(model, one)) for one in error.errors()}
        return None, tuple(sorted(told))


def near(name: str, known: Collection[str]) -> str:
    """Return what was likely meant, as the end of a sentence; empty when nothing comes near."""
    if strange := next((char for char in name if char in _CHINESE), None):
        return f"; {strange} is Chinese punctuation: write {_CHINESE[strange]} with a space after it"
    close = difflib.get_close_matches(name, known, 1)
    return f"; is {close[0]} meant?" if close else ""


_CHINESE = {
    "：": ":",
    "，": ",",
    "；": ";",
    "｛": "{",
    "｝": "}",
    "【": "[",
    "】": "]",
    "［": "[",
    "］": "]",
    "＂": '"',
    "“": '"',
    "”": '"',
}
_COLON = re.compile(r"^\s*(?:-\s+)?(?P<key>[A-Za-z_][\w-]*)\s*：|[{,，]\s*(?P<inner>[A-Za-z_][\w-]*)\s*：")
_TAB = re.compile(r"^ *\t")
_NO_SPACE = re.compile(r"^\s*(?:-\s+)?(?P<key>[A-Za-z_]\w*):(?=[^\s/])")

_PROBLEMS = (
    ("mapping values are not allowed", "a colon too many, or the line stands too far in: put the text in quotes, or begin the line below the keys it belongs to"),
    ("did not find expected key", "the line does not begin where the keys above it begin, or a quotation mark or bracket before it is not closed"),
    ("did not find expected '-' indicator", "the line does not begin where the list above it begins: begin it below its dashes"),
    ("could not find expected ':'", "a key without a colon, or a colon without a space after it"),
    ("found character that cannot start any token", "the value begins with a character that means something in YAML: put the text in quotes"),
    ("did not find expected ',' or", "a comma or a closing bracket is missing before this line"),
    ("unexpected end of stream", "a quotation mark is not closed"),
    ("did not find expected node content", "a bracket is not closed, or nothing stands between two commas"),
)  # fmt: skip


def _no_yaml(file: str, text: str, error: Exception) -> tuple[Mistake, ...]:
    rows = text.splitlines()
    found = [_row_mistake(file, number, row) for number, row in enumerate(rows, start=1)]
    if told := tuple(one for one in found if one is not None):
        return told
    mark, problem = getattr(error, "problem_mark", None), str(getattr(error, "problem", None) or error)
    words = next((words for part, words in _PROBLEMS if part in problem), problem)
    begun = getattr(error, "context_mark", None)
    if begun is not None and mark is not None and begun.line < mark.line and "quot" in f"{problem} {error}":
        mark, words = begun, "a quotation mark that is opened here is not closed"
    return (Mistake(file, min(mark.line + 1, max(len(rows), 1)) if mark else 1, f"not YAML: {words}"),)


def _row_mistake(file: str, number: int, row: str) -> Mistake | None:
    if _TAB.match(row):
        return Mistake(file, number, "a tab at the beginning of the line: write spaces")
    if colon := _COLON.search(row.partition(" #")[0]):
        key = colon["key"] or colon["inner"]
        return Mistake(file, number, f"： after {key} is Chinese punctuation: write : with a space after it")
    if glued := _NO_SPACE.match(row):
        return Mistake(file, number, f"after {glued['key']}: a space is missing")
    return None


def _walk(node: Any, path: Path, file: str, lines: dict[Path, int], mistakes: list[Mistake]) -> None:
    lines.setdefault(path, node.start_mark.line + 1)
    if isinstance(node, yaml.MappingNode):
        first: dict[str, int] = {}
        for key, value in node.value:
            name, line = str(key.value), key.start_mark.line + 1
            if name in first:
                mistakes.append(
                    Mistake(file, line, f"{name} is written twice, first in line {first[name]}: delete one")
                )
            first.setdefault(name, line)
            lines[(*path, name)] = line
            _walk(value, (*path, name), file, lines, mistakes)
    elif isinstance(node, yaml.SequenceNode):
        for index, value in enumerate(node.value):
            _walk(value, (*path, index), file, lines, mistakes)


def _texts(node: Any) -> Any:
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _texts(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [_texts(value) for value in node.value]
    return re.sub(r"\s+", " ", node.value)


def _real(loc: tuple[str | int, ...]) -> Path:
    return tuple(piece for piece in loc if piece != "[key]")


def _words(model: type[BaseModel], error: ErrorDetails) -> str:
    kind, given, context = error["type"], error["input"], error.get("ctx", {})
    if kind == "extra_forbidden":
        name, known = str(error["loc"][-1]), _keys(model, error["loc"][:-1])
        return "there is no such key" + (near(name, known) or f"; there are {', '.join(known)}")
    if kind == "missing":
        return "this key is missing"
    if kind == "string_type":
        return _no_text(given)
    if kind in ("int_parsing", "int_type", "int_from_float"):
        return "a whole number is wanted, in digits and without quotes"
    if kind == "literal_error":
        return f"{given} is none of {context['expected']}"
    if kind in ("model_type", "dict_type", "model_attributes_type"):
        return "keys with values are wanted here" + (near(given, ()) if isinstance(given, str) else "")
    if kind in ("tuple_type", "list_type"):
        return "a list is wanted: [in square brackets], or a line with a dash for each"
    if kind == "string_pattern_mismatch":
        return f"{given} is no name: small Latin letters, digits and _ are allowed (pattern {context['pattern']})"
    return error["msg"].removeprefix("Value error, ")


def _no_text(given: object) -> str:
    if given is None:
        return "nothing stands here: write the text, or take the key out"
    if isinstance(given, int | float):
        return f'text is wanted and this is a number: put it in quotes, "{given}"'
    return "text is wanted, not a list and no keys; a text with a colon or a bracket in it needs quotes"


def _keys(model: type[BaseModel], loc: tuple[str | int, ...]) -> list[str]:
    """Return the keys that are allowed at a place of a model."""
    models = [model]
    for piece in loc:
        inner = [
            one.model_fields[piece].annotation for one in models if isinstance(piece, str) and piece in one.model_fields
        ]
        models = [found for annotation in inner for found in _models(annotation)] or models
    return [name for one in models for name in one.model_fields]


def _models(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [found for part in get_args(annotation) for found in _models(part)]
