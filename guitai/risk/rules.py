"""The rules of the risk sum as frozen data, with the hash that every decision carries."""

from __future__ import annotations

import hashlib
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources

from guitai.errors import GuitaiError
from guitai.messages.risk import Factor
from guitai.money import Fen, yuan

FACTORS: tuple[Factor, ...] = ("login", "amount", "frequency", "semantic", "device", "credit")
WEIGHT_SUM = 10_000
SMALLEST_WEIGHT, LARGEST_WEIGHT = 500, 2_500

Band = tuple[int, int]
"""Lower bound, r in hundredths from there on."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Weights per 10,000 and bands of r in hundredths."""

    weights: dict[Factor, int]
    origins: dict[Factor, str]
    bands: dict[str, int]
    credit: dict[str, int]
    amount_yuan: tuple[Band, ...]
    amount_times_tenths: tuple[Band, ...]
    large: Fen
    hash: str


def parse(text: str) -> Rules:
    """Return the rules in a TOML text. Raises GuitaiError ``risk.bad_rules`` naming what is wrong."""
    try:
        data = tomllib.loads(text)
        weights = {name: int(data["weights"][name]["weight"]) for name in FACTORS}
        bands = dict(data["bands"])
        rules = Rules(
            weights=weights,
            origins={name: str(data["weights"][name]["origin"]) for name in FACTORS},
            credit={str(k): int(v) for k, v in bands.pop("credit").items()},
            amount_yuan=tuple((int(a), int(b)) for a, b in bands.pop("amount_yuan")),
            amount_times_tenths=tuple((int(a), int(b)) for a, b in bands.pop("amount_times_tenths")),
            bands={str(k): int(v) for k, v in bands.items()},
            large=yuan(int(data["floors"]["large_yuan"])),
            hash=hashlib.sha256(text.encode()).hexdigest(),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise GuitaiError("risk.bad_rules", reason=repr(error)) from error
    if sum(weights.values()) != WEIGHT_SUM:
        raise GuitaiError("risk.bad_rules", reason=f"weights sum to {sum(weights.values())}, not {WEIGHT_SUM}")
    for name, weight in weights.items():
        if not SMALLEST_WEIGHT <= weight <= LARGEST_WEIGHT:
            raise GuitaiError("risk.bad_rules", reason=f"weights.{name} is outside 0.05 to 0.25")
    return rules


@cache
def shipped() -> Rules:
    """Return the rules that ship with the package."""
    return parse(resources.files("guitai.risk").joinpath("rules.toml").read_text(encoding="utf-8"))


def band(bands: tuple[Band, ...], value: int) -> int:
    """Return r of the highest band whose lower bound `value` reaches."""
    return max((r for bound, r in bands if value >= bound), default=0)
