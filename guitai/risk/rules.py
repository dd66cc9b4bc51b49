"""The rules of the risk sum as frozen data, with the hash that every decision carries."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources

from guitai.messages.risk import Factor
from guitai.money import Fen, yuan
from guitai.risk.schema import FACTORS, LARGEST_WEIGHT, SMALLEST_WEIGHT, WEIGHT_SUM, Band, read

__all__ = ["FACTORS", "LARGEST_WEIGHT", "SMALLEST_WEIGHT", "WEIGHT_SUM", "Rules", "band", "parse", "shipped"]

SHIPPED = "rules.toml"
KEPT = 8


@dataclass(frozen=True, slots=True)
class Rules:
    """Weights per 10,000 and bands of r in hundredths."""

    version: int
    weights: dict[Factor, int]
    origins: dict[Factor, str]
    """``stated`` by the design, ``prior`` belief, ``fitted`` to labelled outcomes."""

    reasons: dict[Factor, str]
    """Why each weight is what it is, in the words of who set it."""

    bands: dict[str, int]
    credit: dict[str, int]
    amount_yuan: tuple[Band, ...]
    amount_times_tenths: tuple[Band, ...]
    many_large_24h: int
    many_withdrawals_30d: int
    large: Fen
    """From here a strong cue with a first-time payee is held."""

    aml_count_24h: int
    aml_amount: Fen
    """After so many large transfers within a day, one of this amount asks for the counterparty."""

    hash: str


@lru_cache(maxsize=KEPT)
def parse(text: str, name: str = SHIPPED) -> Rules:
    """Return the rules in a TOML text; `name` is what errors call it.

    Raises GuitaiError ``risk.bad_rules`` with the line and what is wrong there.
    """
    file = read(text, name)
    bands = file.bands.model_dump()
    for table in ("credit", "amount_yuan", "amount_times_tenths", "many_large_24h", "many_withdrawals_30d"):
        del bands[table]
    return Rules(
        version=file.version,
        weights={factor: getattr(file.weights, factor).weight for factor in FACTORS},
        origins={factor: getattr(file.weights, factor).origin for factor in FACTORS},
        reasons={factor: getattr(file.weights, factor).reason for factor in FACTORS},
        bands=bands,
        credit=file.bands.credit.model_dump(),
        amount_yuan=file.bands.amount_yuan,
        amount_times_tenths=file.bands.amount_times_tenths,
        many_large_24h=file.bands.many_large_24h,
        many_withdrawals_30d=file.bands.many_withdrawals_30d,
        large=yuan(file.floors.large_yuan),
        aml_count_24h=file.floors.aml_count_24h,
        aml_amount=yuan(file.floors.aml_yuan),
        hash=hashlib.sha256(text.encode()).hexdigest(),
    )


@cache
def shipped_text() -> str:
    """Return the text of the rules that ship with the package."""
    return resources.files("guitai.risk").joinpath(SHIPPED).read_text(encoding="utf-8")


def shipped() -> Rules:
    """Return the rules that ship with the package."""
    return parse(shipped_text())


def band(bands: tuple[Band, ...], value: int) -> int:
    """Return r of the highest band whose lower bound `value` reaches."""
    return max((r for bound, r in bands if value >= bound), default=0)
