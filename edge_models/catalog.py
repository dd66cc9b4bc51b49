"""The catalogue of models: what each one is, where its bytes come from, and the SHA-256 they must have."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib import resources
from pathlib import PurePosixPath
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from guitai.errors import GuitaiError

Group = Literal["default", "demo", "test"]
GROUPS: tuple[Group, ...] = ("default", "demo", "test")
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
PACKAGE = re.compile(r"^(?P<registry>pypi|npm):(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)==(?P<version>[A-Za-z0-9.+-]+)$")


class Row(BaseModel):
    """Base of all catalogue rows: unknown keys are errors, values are immutable."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Part(Row):
    """One member of one published package."""

    package: str = Field(pattern=PACKAGE.pattern)
    """``pypi:NAME==VERSION`` or ``npm:NAME==VERSION``."""

    member: str
    """Path inside the wheel or the npm archive."""


class ModelFile(Row):
    """One file of a model: its parts joined in order, then perhaps post-processed."""

    path: str
    """Below the model's folder."""

    size: int = Field(gt=0)
    """Bytes, after joining and post-processing."""

    sha256: Sha256
    """Of the file as it is loaded, after joining and post-processing."""

    parts: tuple[Part, ...] = Field(min_length=1)
    prepare: str | None = None
    """Name of the post-processing step (edge_models.prepare.STEPS)."""

    joined_sha256: Sha256 | None = None
    """Of the joined parts before post-processing; given exactly when ``prepare`` is."""

    joined_size: int | None = Field(None, gt=0)

    @field_validator("path")
    @classmethod
    def _stays_inside(cls, path: str) -> str:
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts or not pure.parts:
            raise ValueError("must stay inside the model's folder")
        return path

    @model_validator(mode="after")
    def _prepared_from_pinned_bytes(self) -> ModelFile:
        if len({self.prepare is None, self.joined_sha256 is None, self.joined_size is None}) != 1:
            raise ValueError("prepare, joined_sha256 and joined_size go together")
        return self


class Run(Row):
    """One way of running a model, measured beside the others in one run on two cores."""

    runtime: Literal["onnxruntime", "openvino", "ctranslate2", "opencv", "mediapipe"]
    precision: str
    ms: float = Field(gt=0)
    """Median milliseconds of the work named by the card."""

    right: float | None = None
    """Accuracy, error or agreement, whichever ``measure`` names."""

    measure: str = ""
    chosen: bool = False
    note: str = ""
    """Why it was not chosen."""


class Entry(Row):
    """One model: what it is for, who may rely on it, and its files."""

    title: str
    capability: str
    group: Group
    level: Literal["red", "yellow", "blue"]
    """Use level: red, a human confirms what it says; yellow, it is watched; blue, free."""

    licence: str
    origin: str
    """Who made the weights, before the package that carries them."""

    quantization: str = "none"
    wheel_platform: str | None = None
    """The one platform the package has a wheel for, where it has no universal one. The model itself runs anywhere."""

    figures: dict[str, float] = Field(default_factory=dict)
    """Measured on two cores, +-30 %; each name tells its unit."""

    note: str = ""
    runs: tuple[Run, ...] = ()
    """The ways of running it that were compared; exactly one was chosen."""

    files: tuple[ModelFile, ...] = Field(min_length=1)

    @field_validator("runs")
    @classmethod
    def _one_winner(cls, runs: tuple[Run, ...]) -> tuple[Run, ...]:
        if runs and sum(run.chosen for run in runs) != 1:
            raise ValueError("exactly one run is the chosen one")
        return runs

    @property
    def is_folder(self) -> bool:
        """True when the model is loaded as a folder, because it has several files."""
        return len(self.files) > 1

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.size for file in self.files)


class Catalog(Row):
    """The whole file, by name."""

    models: dict[Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")], Entry]


def parse(text: str) -> dict[str, Entry]:
    """Return the entries by name. Raises GuitaiError ``models.bad_catalogue`` naming the key."""
    try:
        return dict(Catalog.model_validate({"models": tomllib.loads(text)}).models)
    except tomllib.TOMLDecodeError as error:
        raise GuitaiError("models.bad_catalogue", reason=str(error)) from error
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"][1:])
        raise GuitaiError("models.bad_catalogue", reason=f"{key}: {first['msg']}") from error


@cache
def shipped() -> dict[str, Entry]:
    """Return the catalogue that ships with this version."""
    return parse(resources.files("edge_models").joinpath("catalog.toml").read_text(encoding="utf-8"))
