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


def plans_of(visit: Visit, ending: str) -> list[Plan]:
    base = Plan(0, "kal", (visit,), ())
    with Episodes() as episodes:
        result = episodes.run(base)
    assert result.wrong == []
    assert result.endings[ending] == 1
    return sweep(base, result.moments)


@pytest.mark.parametrize("name", VISITS)
@pytest.mark.timeout(1800)
def test_some_moments(name, record_property):
    tally = run_plans(plans_of(*VISITS[name])[::STRIDE])
    record_property("episodes", tally.episodes)
    assert not tally.wrong, "\n".join(tally.wrong)


@pytest.mark.long
@pytest.mark.parametrize("name", VISITS)
@pytest.mark.timeout(0)
def test_every_moment(name, record_property):
    tally = run_plans(plans_of(*VISITS[name]))
    record_property("episodes", tally.episodes)
    assert not tally.wrong, "\n".join(tally.wrong)
