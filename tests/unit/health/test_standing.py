"""Edges of the standing checks, and what sync tells of the line; pure."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from guitai import branch as rules
from guitai.branch import Branch
from guitai.health.finding import finding, level_of
from guitai.health.standing import CHECKS_OF, GLASS, LOOKS, TOLD, Standing
from guitai.messages.classes import classes_of
from guitai.messages.health import HealthFound, HealthOver
from guitai.shell.health import CHECKS
from guitai.tables import lane_of
from sync.standing import DOWN_NS, LineHealth

FULL = finding("disk.full", folder="/var/lib/guitai", free_mb=300)
FULLER = finding("disk.full", folder="/var/lib/guitai", free_mb=200)


def test_what_lasts_is_told_once_and_over_once() -> None:
    standing = Standing()
    assert standing.look({"disk": [FULL]}) == ()
    (found,) = standing.look({"disk": [FULLER]})  # the same thing, with another number
    assert found == HealthFound(FULL.key, "disk.full", "stop", (("folder", "/var/lib/guitai"), ("free_mb", "200")))
    assert standing.look({"disk": [FULL]}) == ()
    assert standing.findings == (FULL,)
    assert standing.look({"disk": []}) == ()
    assert standing.look({"disk": []}) == (HealthOver(FULL.key, "disk.full"),)
    assert standing.look({"disk": []}) == ()


def test_what_blinks_is_not_told() -> None:
    standing = Standing()
    assert [standing.look({"disk": found}) for found in ([FULL], [], [FULL], [], [FULL])] == [()] * 5


def test_a_check_that_could_not_look_changes_nothing() -> None:
    standing = Standing([(FULL.key, "disk.full")])
    assert standing.look({"programs": []}) == standing.look({"programs": []}) == ()
    assert standing.look({"disk": []}) == ()
    assert standing.look({"disk": []}) == (HealthOver(FULL.key, "disk.full"),)


def test_after_a_restart_what_stood_is_not_told_again() -> None:
    standing = Standing([(FULL.key, "disk.full")])
    assert standing.look({"disk": [FULL]}) + standing.look({"disk": [FULL]}) == ()


@given(st.lists(st.sets(st.sampled_from(["a", "b", "c"]))))
def test_found_and_over_alternate(looks: list[set[str]]) -> None:
    standing, open_ = Standing(), set()
    for names in looks:
        for change in standing.look({"programs": [finding("programs.missing", names=name) for name in names]}):
            assert (change.key in open_) == isinstance(change, HealthOver)
            open_ ^= {change.key}


def test_every_standing_check_has_its_codes() -> None:
    assert CHECKS.keys() | {"models", "devices", TOLD, GLASS} == set(CHECKS_OF.values())
    assert level_of("certificate.soon") == "watch"
    assert level_of("of.the_future") == "stop"


def test_the_branch_keeps_them_and_they_travel_without_personal_fields() -> None:
    branch, _ = rules.step(Branch(), HealthFound("k", "disk.full", "stop", ()), serving=False)
    assert branch.findings == (("k", "disk.full"),)
    assert rules.step(branch, HealthFound("k", "disk.full", "stop", (("free_mb", "1"),)), serving=False)[0] is branch
    assert branch.stopped is None
    assert rules.step(branch, HealthOver("k", "disk.full"), serving=True)[0].findings == ()
    assert lane_of("health.found") == "audit"
    assert classes_of("health.found") == {}
    assert LOOKS == 2


def test_refused_topics_and_silence_are_told_when_they_change() -> None:
    line = LineHealth()
    assert line.told(0, None) == []
    assert line.told(0, 500) is None
    line.verdicts.note("bank/v1/a/k/evt/money", 0x87)
    assert line.told(0, None) == [("line.not_authorised", {"topics": "bank/v1/a/k/evt/money"})]
    assert line.told(0, None) is None
    line.again()
    assert line.told(0, None) is not None
    line.verdicts.note("bank/v1/a/k/evt/money", 0)
    assert line.told(0, None) == []
    line.silent()
    assert line.told(0, None) == [("line.unanswered", {})]
    line.heard()
    line.disconnected(0, "refused")
    assert line.told(DOWN_NS - 1, None) == []
    line.disconnected(DOWN_NS, "timed out")
    assert line.told(DOWN_NS, None) == [("line.down", {"reason": "timed out"})]
    line.connected()
    assert line.told(DOWN_NS, -120_000) == [("clock.wrong", {"seconds": "-120"})]
