"""Every process dies, every line breaks and every bank call is lost at each single moment of a customer's visit."""

from __future__ import annotations

import pytest

from guitai.episodes.episode import Episodes
from guitai.episodes.many import run_plans
from guitai.episodes.plan import Plan, Visit, sweep

VISITS = {
    "withdraw": (Visit("withdraw", 500, 1.0, 7), "debit committed"),
    "deposit": (Visit("deposit", 500, 1.0, 7), "deposit credited"),
    "forgotten notes": (Visit("withdraw", 500, 1.0, 7, "notes"), "debit reversed"),
    "forgotten card": (Visit("withdraw", 500, 1.0, 7, "card"), "card retained"),
    "deposit nobody takes back": (Visit("deposit", 500, 1.0, 19, "notes"), "deposit disputed"),
}
"""Who comes, and how it ends when nothing breaks."""

STRIDE = 8
"""Outside of script/long every so-manieth moment."""


def plans_of(episodes: Episodes, visit: Visit, ending: str) -> list[Plan]:
    base = Plan(0, "kal", (visit,), ())
    result = episodes.run(base)
    assert result.wrong == []
    assert result.endings[ending] == 1
    return sweep(base, result.moments)


@pytest.mark.timeout(1800)
def test_some_moments(record_property):
    """Of all visits in one go: two processes are started once."""
    with Episodes() as episodes:
        plans = [plan for visit in VISITS.values() for plan in plans_of(episodes, *visit)[::STRIDE]]
    tally = run_plans(plans)
    record_property("episodes", tally.episodes)
    assert tally.episodes == len(plans)
    assert not tally.wrong, "\n".join(tally.wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", VISITS)
@pytest.mark.timeout(0)
def test_every_moment(name, record_property):
    with Episodes() as episodes:
        plans = plans_of(episodes, *VISITS[name])
    tally = run_plans(plans)
    record_property("episodes", tally.episodes)
    assert not tally.wrong, "\n".join(tally.wrong)
