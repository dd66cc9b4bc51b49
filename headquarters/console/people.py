"""Who works at the console: roles, skills and scope, as the bank's identity provider tells them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

from guitai.errors import GuitaiError

Role = Literal["teller", "supervisor", "risk_officer", "technician", "auditor", "administrator"]
ROLES: tuple[Role, ...] = get_args(Role)
Skill = Literal["language", "wealth", "risk_desk", "senior"]
SKILLS: tuple[Skill, ...] = get_args(Skill)
SecondFactor = Literal["none", "needed", "done"]

MOST_LIMIT_FEN = 100_000_000_00
LOCALES = ("zh", "en")


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody the provider vouched for."""

    id: str
    name: str
    roles: tuple[Role, ...]
    skills: tuple[Skill, ...] = ()
    branches: tuple[str, ...] = ()
    """Of which branches they may see anything; none named: of all."""

    limit_fen: int = 0
    """Up to which sum they decide alone."""

    locale: str = "zh"

    @property
    def needs_second_factor(self) -> bool:
        """Administrators show a one-time code before they may do anything."""
        return "administrator" in self.roles

    def sees(self, branch: str) -> bool:
        """Tell whether a branch is in scope."""
        return not self.branches or branch in self.branches


def person_of(claims: Mapping[str, Any]) -> Person:
    """Return who checked claims of an ID token name.

    ``sub`` and ``name``; ``roles``, ``skills`` and ``branches`` as lists of words, or as one word; ``limit_fen`` as a whole number. What
    is no role or skill of ours is passed over: a provider serves other systems, too. Raises GuitaiError ``hq.no_role`` if no role is left,
    ``hq.bad_claim`` for a list of another form: no branches are all of them, and that nobody becomes by mistake.
    """
    named, skilled, branches = (_words(claims, name) for name in ("roles", "skills", "branches"))
    roles = tuple(role for role in ROLES if role in named)
    id_ = str(claims["sub"])
    if not roles or not 0 < len(id_) <= 80:
        raise GuitaiError("hq.no_role", person=id_[:80])
    limit = claims.get("limit_fen", 0)
    locale = str(claims.get("locale", "zh"))[:2]
    return Person(
        id_,
        str(claims.get("name") or id_)[:40],
        roles,
        tuple(skill for skill in SKILLS if skill in skilled),
        tuple(branches),
        limit if type(limit) is int and 0 <= limit <= MOST_LIMIT_FEN else 0,
        locale if locale in LOCALES else "zh",
    )


def _words(claims: Mapping[str, Any], name: str) -> list[str]:
    found = claims.get(name, [])
    words = [found] if isinstance(found, str) else found
    if not isinstance(words, list) or not all(isinstance(word, str) and word for word in words):
        raise GuitaiError("hq.bad_claim", claim=name, reason=name)
    return words
