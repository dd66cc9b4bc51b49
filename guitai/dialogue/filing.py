"""How a work order is filed, from work_orders.yaml: type, sub-type and solution path by errand and cause."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Annotated, get_args

from pydantic import BaseModel, ConfigDict, Field

from guitai.messages.service import Cause
from guitai.yaml_lines import Path as Place
from guitai.yaml_lines import near

OTHER = "other"


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Type(_Data):
    """One type, with the intents filed under it."""

    zh: str
    intents: tuple[str, ...]


class Solution(_Data):
    """One path, with its steps for the person who takes the order."""

    zh: str
    steps: Annotated[tuple[str, ...], Field(min_length=1)]


class Path(_Data):
    """The path for some intents or types, or for all that is left."""

    where: tuple[str, ...] = ()
    solution: str


class Filing(_Data):
    """The whole file."""

    types: dict[str, Type]
    subtypes: dict[str, str]
    solutions: dict[str, Solution]
    paths: dict[Cause, tuple[Path, ...]]

    def type_of(self, subtype: str) -> str:
        """Return the type a sub-type is filed under."""
        return next((name for name, one in self.types.items() if subtype in one.intents), OTHER)

    def solution_of(self, cause: Cause, subtype: str) -> str:
        """Return the path for what happened."""
        both = {subtype, self.type_of(subtype)}
        return next(path.solution for path in self.paths[cause] if not path.where or both & set(path.where))

    def words(self, category: str, subcategory: str, solution: str, intents: Mapping[str, tuple[str, str]]) -> str:
        """Return the three-level label in words: 转账汇款–转账到账没有–电话回访; `intents` are those of intents.yaml."""
        named = self.subtypes.get(subcategory) or (intents[subcategory][0] if subcategory in intents else subcategory)
        return "–".join((self.types[category].zh, named, self.solutions[solution].zh))

    def mistakes(self, intents: Collection[str]) -> Iterator[tuple[Place, str]]:
        """Return what does not fit together, with its place in the file; `intents` are those of intents.yaml."""
        filed: dict[str, str] = {}
        for name, one in self.types.items():
            for index, intent in enumerate(one.intents):
                if intent in filed:
                    yield ("types", name, "intents", index), f"{intent} is filed twice, first under {filed[intent]}"
                elif intent not in intents and intent not in self.subtypes:
                    told = f"{intent} stands neither in intents.yaml nor in subtypes"
                    yield ("types", name, "intents", index), told + near(intent, intents)
                filed.setdefault(intent, name)
        for intent in sorted(set(intents) - filed.keys()):
            yield ("types",), f"{intent} is filed nowhere: put it under one of the types"
        for cause in sorted(set(get_args(Cause)) - self.paths.keys()):
            yield ("paths",), f"{cause} is missing"
        for cause, paths in self.paths.items():
            yield from self._paths(cause, paths, {*filed, *self.types})

    def _paths(self, cause: str, paths: tuple[Path, ...], known: set[str]) -> Iterator[tuple[Place, str]]:
        if not paths or paths[-1].where or any(not path.where for path in paths[:-1]):
            yield ("paths", cause), "the last path, and only the last, is without where: for everything that is left"
        for index, path in enumerate(paths):
            for at, name in enumerate(path.where):
                if name not in known:
                    yield ("paths", cause, index, "where", at), f"{name} is no intent and no type{near(name, known)}"
            if path.solution not in self.solutions:
                told = f"there is no solution {path.solution}{near(path.solution, self.solutions)}"
                yield ("paths", cause, index, "solution"), told
