"""What a rules file may hold, checked field by field; a mistake is told with its line, for people who know no Python."""

from __future__ import annotations

import tomllib
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, model_validator

from guitai.errors import GuitaiError
from guitai.messages.risk import Factor
from guitai.risk.toml_lines import line_of

FACTORS: tuple[Factor, ...] = ("login", "amount", "frequency", "semantic", "device", "credit")
WEIGHT_SUM = 10_000
SMALLEST_WEIGHT, LARGEST_WEIGHT = 500, 2_500

Band = tuple[int, int]
"""Lower bound, r in hundredths from there on."""


def _rising(rows: tuple[Band, ...]) -> tuple[Band, ...]:
    bounds, values = [row[0] for row in rows], [row[1] for row in rows]
    if bounds[0] != 0 or sorted(set(bounds)) != bounds:
        raise ValueError("the bounds must begin with 0 and rise")
    if sorted(values) != values:
        raise ValueError("r must not fall while the bounds rise")
    return rows


R = Annotated[int, Field(ge=0, le=10_000, strict=True)]
"""r in hundredths."""

Count = Annotated[int, Field(ge=1, le=1000, strict=True)]
Yuan = Annotated[int, Field(ge=1, le=10**9, strict=True)]
Bound = Annotated[int, Field(ge=0, le=10**9, strict=True)]
Bands = Annotated[tuple[tuple[Bound, R], ...], Field(min_length=1), AfterValidator(_rising)]


class Part(BaseModel):
    """Base of all tables: unknown keys are errors, and a number in quotes is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Weight(Part):
    """One factor's weight and where it comes from."""

    weight: Annotated[int, Field(ge=SMALLEST_WEIGHT, le=LARGEST_WEIGHT, strict=True)]
    origin: Literal["stated", "prior", "fitted"]
    reason: Annotated[str, Field(min_length=1, max_length=400)]


class Weights(Part):
    """The six."""

    login: Weight
    amount: Weight
    frequency: Weight
    semantic: Weight
    device: Weight
    credit: Weight

    @model_validator(mode="after")
    def _sum(self) -> Weights:
        total = sum(getattr(self, name).weight for name in FACTORS)
        if total != WEIGHT_SUM:
            raise ValueError(f"the weights sum to {total}, not {WEIGHT_SUM}")
        return self


class Credit(Part):
    """r by credit record."""

    good: R
    fair: R
    poor: R
    unknown: R


class BandTable(Part):
    """r by what is seen."""

    login_local: R
    login_remote: R
    login_unknown: R
    device_clean: R
    device_degraded: R
    device_changed: R
    device_tampered: R
    credit: Credit
    amount_yuan: Bands
    amount_times_tenths: Bands
    frequency_usual: R
    frequency_many_withdrawals: R
    frequency_first_payee: R
    frequency_many_large: R
    many_large_24h: Count
    many_withdrawals_30d: Count


class Floors(Part):
    """When the level is lifted whatever the sum says."""

    large_yuan: Yuan
    aml_count_24h: Count
    aml_yuan: Yuan


class RulesFile(Part):
    """The whole file."""

    version: Annotated[int, Field(ge=1, le=10**9, strict=True)]
    weights: Weights
    bands: BandTable
    floors: Floors


def read(text: str, name: str) -> RulesFile:
    """Return the file's content. Raises GuitaiError ``risk.bad_rules`` naming file, line and mistake."""
    try:
        return RulesFile.model_validate(tomllib.loads(text))
    except ValidationError as error:
        # A key nobody knows is likelier a slip of the pen than the missing key beside it.
        first = min(error.errors(), key=lambda one: one["type"] != "extra_forbidden")
        where = tuple(str(part) for part in first["loc"])
        message = "no such key" if first["type"] == "extra_forbidden" else first["msg"].removeprefix("Value error, ")
        reason = f"line {line_of(text, where)}: {'.'.join(where)}: {message}"
        raise GuitaiError("risk.bad_rules", path=name, reason=reason) from error
    except (ValueError, RecursionError) as error:  # not TOML, a number of thousands of digits, endless brackets
        raise GuitaiError("risk.bad_rules", path=name, reason=f"not TOML: {error}") from error
