"""Rules taken away one by one: the tried paths find each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import Phase, given, settings

from guitai.dialogue import held, lease, seen
from guitai.dialogue.state import Session
from guitai.messages.takeover import VideoRevoke

from .test_invariants import paths, play

ENOUGH = 2_000


def no_finger(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(held, "ask", lambda session: held.decide(session, "release"))


def takes(*reasons: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Take what would be refused for these reasons."""

    def mutate(patch: pytest.MonkeyPatch) -> None:
        really = lease.why_not

        def why_not(session: Session, command: Any) -> str:
            reason = really(session, command)
            return "" if reason in reasons else reason

        patch.setattr(lease, "why_not", why_not)

    return mutate


def grant_stays(patch: pytest.MonkeyPatch) -> None:
    really = seen.follow

    def follow(before: Session, session: Session, event: object) -> Any:
        session, first, after = really(before, session, event)
        return session, tuple(effect for effect in first if not isinstance(effect, VideoRevoke)), after

    patch.setattr(seen, "follow", follow)


def never_dark(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(seen, "secret", lambda _: False)


MUTANTS = {
    "no finger": no_finger,
    "a lost teller is heard": takes("teller_lost"),
    "a lease never ends": takes("lease_over"),
    "two tellers": takes("already_taken"),
    "a grant stays": grant_stays,
    "never dark": never_dark,
}


@pytest.mark.parametrize("name", MUTANTS)
def test_a_rule_that_is_missing_is_found(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    MUTANTS[name](monkeypatch)
    found = settings(
        max_examples=ENOUGH,
        phases=[Phase.generate],
        database=None,
        deadline=None,
        derandomize=True,
        report_multiple_bugs=False,
    )(given(*paths)(play))
    with pytest.raises(AssertionError):
        found()
