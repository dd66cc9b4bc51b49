"""Each mutant is caught by the machine's and the bank's own count, and the product passes where the mutant failed."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest

from guitai.episodes.episode import Episodes
from guitai.episodes.plan import Plan, plan_of

from .mutants import command_resent, credit_before_the_end, journal_skipped

MOST = 1000
"""Episodes in which a mutant has to give itself away."""

LOST = ("the debit is ", "a deposit is lost", "a card ", "notes lie about", "a customer's notes")
"""What the oracle calls a loss; a mutant that only stumbles is not caught."""


@pytest.mark.parametrize(
    ("mutant", "business"),
    [(journal_skipped, "withdraw"), (command_resent, "withdraw"), (credit_before_the_end, "deposit")],
)
@pytest.mark.timeout(1800)
def test_mutant_is_caught(mutant, business, monkeypatch, record_property):
    with Episodes() as episodes, monkeypatch.context() as patch:
        mutant(patch)
        for number, plan in enumerate(plans_with(business), start=1):
            if any(text.startswith(LOST) for text in episodes.run(plan).wrong):
                record_property("episodes", number)
                patch.undo()
                assert episodes.run(plan).wrong == []
                return
    pytest.fail(f"{mutant.__name__} lives through {MOST} episodes")


def plans_with(business: str) -> Iterator[Plan]:
    return islice((p for p in map(plan_of, count()) if business in {visit.business for visit in p.visits}), MOST)
