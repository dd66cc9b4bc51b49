"""How a work order is filed, from work_orders.yaml: type, sub-type and solution path by errand and cause. Checked on load."""

from __future__ import annotations

from typing import Annotated, Self, get_args

from pydantic import BaseModel, ConfigDict, Field, model_validator

from guitai.dialogue.data import FLOWS
from guitai.dialogue.texts import INTENTS, package, read
from guitai.messages.service import Cause

OTHER = "other"
NO_ERRAND = "human_agent"
"""The sub-type of what belongs to no errand."""

COMPLAINT = "complaint"


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

    @model_validator(mode="after")
    def _whole(self) -> Self:
        filed = [intent for one in self.types.values() for intent in one.intents]
        if twice := sorted({intent for intent in filed if filed.count(intent) > 1}):
            raise ValueError(f"types: {twice[0]} is filed twice")
        if missing := sorted(INTENTS.keys() - set(filed)):
            raise ValueError(f"types: {missing[0]} is filed nowhere")
        if wordless := sorted(set(filed) - INTENTS.keys() - self.subtypes.keys()):
            raise ValueError(f"types: {wordless[0]} stands neither in intents.yaml nor in subtypes")
        if missing := sorted(set(get_args(Cause)) - self.paths.keys()):
            raise ValueError(f"paths: {missing[0]} is missing")
        known = {*filed, *self.types}
        for cause, paths in self.paths.items():
            if not paths or paths[-1].where or any(not path.where for path in paths[:-1]):
                raise ValueError(f"paths.{cause}: the last path, and only the last, is for everything that is left")
            for path in paths:
                if strange := sorted(set(path.where) - known):
                    raise ValueError(f"paths.{cause}: {strange[0]} is no intent and no type")
                if path.solution not in self.solutions:
                    raise ValueError(f"paths.{cause}: there is no solution {path.solution}")
        return self

    def type_of(self, subtype: str) -> str:
        """Return the type a sub-type is filed under."""
        return next((name for name, one in self.types.items() if subtype in one.intents), OTHER)

    def solution_of(self, cause: Cause, subtype: str) -> str:
        """Return the path for what happened."""
        both = {subtype, self.type_of(subtype)}
        return next(path.solution for path in self.paths[cause] if not path.where or both & set(path.where))

    def words(self, category: str, subcategory: str, solution: str) -> str:
        """Return the three-level label in words: 转账汇款–转账到账没有–电话回访."""
        named = self.subtypes.get(subcategory) or (INTENTS[subcategory][0] if subcategory in INTENTS else subcategory)
        return "–".join((self.types[category].zh, named, self.solutions[solution].zh))


FILING = Filing(**read(package("guitai.dialogue", "work_orders.yaml")))


def subtype_of(kind: str) -> str:
    """Return the sub-type of a flow: the intent that starts it; `other` when no intent does."""
    if not kind:
        return NO_ERRAND
    intents = FLOWS[kind].intents
    return next((intent for intent in intents if FILING.type_of(intent) != OTHER), OTHER)
