"""A simulated fleet of 200: kiosks' own job tables and slot machines in one process, over the real messages of jobs."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from guitai.errors import GuitaiError
from guitai.updates import acts, slots
from guitai.wire.remote import JobsReported, JobStart
from headquarters.engine import open_engine
from headquarters.remote.jobs import Jobs as HeadquartersJobs
from headquarters.rollout import plan
from headquarters.rollout.desk import Releases, Rollouts
from headquarters.rollout.plan import Criteria
from sync.jobs import Jobs
from tests.fixtures.updates import release, shared_keys

FLEET = tuple(f"kiosk-{n:03}" for n in range(200))
HERE = "guitai-x"
CRITERIA = Criteria((5, 25, 100), 0, silent_s=3600, soak_s=60)


class Clock:
    now_ms = 1_000_000

    def unix_ms(self) -> int:
        return self.now_ms

    def monotonic_ns(self) -> int:
        return self.now_ms * 1_000_000


class Kiosk:
    """A kiosk's table of jobs and its slots; what a shell would carry out is said here."""

    def __init__(self) -> None:
        self.jobs = Jobs(JobsReported(executions=[]))
        self.state = slots.Updates(HERE, a=slots.Content("good", "", "one", (0, 1, 0, 0, 1)))

    def take(self, order: JobStart, now_ms: int, *, healthy: bool) -> None:
        kept = self.jobs.start(order, now_ms)
        assert isinstance(kept, JobsReported)
        self.jobs.kept = kept
        told = acts.Verified(HERE, (0, 1, 0, 0, 2), "two")
        health: acts.Event = acts.Healthy() if healthy else acts.Unhealthy("updates.unhealthy")
        ends: tuple[acts.Event, ...] = (acts.Marked(),) if healthy else (acts.Started("A"),)
        for event in (
            acts.Offered(order.subject, order.job_id), acts.Downloaded(), told, acts.Installed(), acts.Quiet(),
            acts.Started("B"), health, *ends,
        ):  # fmt: skip
            self.state, _ = slots.step(self.state, event)
        assert self.state.last is not None
        self.jobs.kept = (
            self.jobs.turned(order.job_id, self.state.last.status, self.state.last.reason) or self.jobs.kept
        )


class Fleet:
    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.engine = open_engine(folder / "hq.sqlite3")
        self.jobs = HeadquartersJobs(self.engine, self.clock)
        self.rollouts = Rollouts(self.engine, self.jobs, self.clock)
        self.kiosks = {name: Kiosk() for name in FLEET}

    def run(self, rollout_id: str, *, healthy, silent: frozenset[str] = frozenset(), rounds: int = 12) -> plan.Rollout:
        for _ in range(rounds):
            self.rollouts.look()
            for row in self.engine.execute("SELECT * FROM jobs WHERE status = 'QUEUED'").fetchall():
                name = row["kiosk"]
                if name in silent:
                    continue
                order = JobStart.model_validate(
                    {
                        "job_id": row["id"],
                        "action": row["action"],
                        "subject": row["subject"],
                        "timeout_s": row["timeout_s"],
                    }
                )
                self.kiosks[name].take(order, self.clock.now_ms, healthy=healthy(name))
                reported = JobsReported.model_validate_json(self.kiosks[name].jobs.kept.model_dump_json())
                self.jobs.heard(name, reported)
            self.clock.now_ms += 61_000
        return self.rollouts.get(rollout_id)

    def updated(self) -> int:
        return sum(1 for kiosk in self.kiosks.values() if kiosk.state.good == "B")

    def touched(self) -> int:
        return sum(1 for kiosk in self.kiosks.values() if kiosk.jobs.kept.executions)


@pytest.fixture
def fleet(tmp_path: Path) -> Iterator[Fleet]:
    made = Fleet(tmp_path)
    with closing(made.engine):
        yield made


def test_a_broken_release_stops_at_the_canary_share(fleet: Fleet) -> None:
    begun = fleet.rollouts.new("f" * 64, FLEET, CRITERIA, "me")
    ended = fleet.run(begun.id, healthy=lambda _: False)
    assert ended.phase == "aborted"
    assert fleet.touched() == ended.opened == 10
    assert fleet.updated() == 0
    assert all(kiosk.state.good == "A" for kiosk in fleet.kiosks.values())


def test_a_good_release_reaches_everybody_once(fleet: Fleet) -> None:
    begun = fleet.rollouts.new("f" * 64, FLEET, CRITERIA, "me")
    ended = fleet.run(begun.id, healthy=lambda _: True)
    assert ended.phase == "done"
    assert fleet.updated() == 200
    assert fleet.engine.execute("SELECT count(*) AS n FROM jobs").fetchone()["n"] == 200


def test_silent_canaries_stop_it_too(fleet: Fleet) -> None:
    begun = fleet.rollouts.new("f" * 64, FLEET, CRITERIA, "me")
    quiet = frozenset([begun.members[3].kiosk])
    ended = fleet.run(begun.id, healthy=lambda _: True, silent=quiet, rounds=65)
    assert ended.phase == "aborted"
    assert fleet.touched() == 9
    job = fleet.jobs.of(begun.members[3].kiosk)[0]
    assert job.status == "QUEUED" or job.status == "CANCELED"


def test_who_took_it_by_day_and_waits_for_the_night_is_not_silent(fleet: Fleet) -> None:
    begun = fleet.rollouts.new("f" * 64, FLEET[:1], CRITERIA, "me")
    fleet.rollouts.look()
    job = fleet.jobs.of(FLEET[0])[0]
    underway = [{"job_id": job.id, "action": "update", "status": "IN_PROGRESS", "ends_ms": 1}]
    fleet.clock.now_ms += 3_000_000
    fleet.jobs.heard(FLEET[0], JobsReported.model_validate({"executions": underway}))
    fleet.rollouts.look()
    fleet.clock.now_ms += 3_000_000  # beyond the job's start, not beyond its last word
    fleet.rollouts.look()
    assert fleet.rollouts.get(begun.id).phase == "running"
    fleet.engine.execute("INSERT INTO fleet_software VALUES(?, 'x', 'waiting', ?)", (FLEET[0], "f" * 64))
    fleet.clock.now_ms += 12 * 3_600_000
    fleet.rollouts.look()
    assert fleet.rollouts.get(begun.id).phase == "running"
    fleet.clock.now_ms += 24 * 3_600_000
    fleet.rollouts.look()
    assert fleet.rollouts.get(begun.id).phase == "aborted"


def test_pause_and_abort_by_hand(fleet: Fleet) -> None:
    begun = fleet.rollouts.new("f" * 64, FLEET, CRITERIA, "me")
    fleet.rollouts.happen(begun.id, plan.Paused())
    assert fleet.run(begun.id, healthy=lambda _: True).count("waiting") == 200
    fleet.rollouts.happen(begun.id, plan.Resumed())
    fleet.run(begun.id, healthy=lambda _: True, rounds=1)
    ended = fleet.rollouts.happen(begun.id, plan.Aborted("enough"))
    assert (ended.phase, ended.reason) == ("aborted", "enough")
    fleet.run(begun.id, healthy=lambda _: True)
    assert fleet.touched() == 10


def test_releases_are_published_whole_or_not_at_all(tmp_path: Path) -> None:
    releases = Releases(tmp_path / "releases")
    stick = tmp_path / "stick"
    release_id = release(stick, shared_keys())
    assert releases.publish(stick)[0] == release_id
    assert releases.find(release_id[:6]) == release_id
    assert [(id_, one.name, one.kind) for id_, one in releases.all().items()] == [
        (release_id, "guitai-0.1.0-2", "software")
    ]
    chunk = next(path for path in stick.iterdir() if len(path.name) == 64)
    assert releases.file(release_id, chunk.name).read_bytes() == chunk.read_bytes()
    for name in ("../x", "payload", "release.json.new"):
        with pytest.raises(GuitaiError, match="no_release"):
            releases.file(release_id, name)
    other = tmp_path / "other"
    release(other, shared_keys(), build=7)
    next(path for path in other.iterdir() if len(path.name) == 64).write_bytes(b"bad")
    with pytest.raises(GuitaiError, match="damaged"):
        releases.publish(other)


def test_what_is_only_being_published_is_no_release(tmp_path: Path) -> None:
    draft = tmp_path / f"{'a' * 64}.new"
    draft.mkdir()
    (draft / "release.p7s").touch()
    with pytest.raises(GuitaiError, match="a"):
        Releases(tmp_path).find("aaaa")
    assert Releases(tmp_path).all() == {}
