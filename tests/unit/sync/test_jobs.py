"""A job is begun once, ends once, and is resumed or failed after a kill; whatever comes twice or late changes nothing."""

from __future__ import annotations

from collections import Counter

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from guitai.wire.remote import FINISHED, JobsReported, JobStart
from sync.jobs import REMEMBERED, Jobs

NONE = JobsReported(executions=[])


def order(job_id: str, action: str = "support_bundle", subject: str = "", timeout_s: int = 10) -> JobStart:
    return JobStart(job_id=job_id, action=action, subject=subject, timeout_s=timeout_s)


def started(jobs: Jobs, what: JobStart, now_ms: int = 0) -> None:
    kept = jobs.start(what, now_ms)
    assert isinstance(kept, JobsReported)
    jobs.kept = kept


def test_a_job_the_kiosk_does_not_know_is_rejected() -> None:
    jobs = Jobs(NONE)
    assert jobs.start(order("a", "format_disk"), 0) == "unknown_action"
    assert jobs.start(order("a", "recording"), 0) == "bad_subject"
    assert jobs.start(order("a", "support_bundle", "S1"), 0) == "bad_subject"
    assert jobs.next() is None


def test_an_upload_is_resumed_and_anything_else_fails() -> None:
    jobs = Jobs(NONE)
    started(jobs, order("a"))
    started(jobs, order("b", "recording", "S1"))
    for id_ in ("a", "b"):
        jobs.kept = jobs.turned(id_, "IN_PROGRESS") or jobs.kept
    jobs.kept = Jobs(jobs.kept).after_restart()
    assert [(one.job_id, one.status) for one in jobs.kept.executions] == [("a", "FAILED"), ("b", "IN_PROGRESS")]
    assert jobs.next() == jobs.kept.executions[1]


def test_time_runs_out_for_what_waits_and_for_what_is_done() -> None:
    jobs = Jobs(NONE)
    started(jobs, order("a", timeout_s=5))
    assert jobs.late(4_999) is None
    jobs.kept = jobs.late(5_000) or jobs.kept
    assert jobs.kept.executions[0].status == "TIMED_OUT"
    assert jobs.turned("a", "SUCCEEDED") is None


def test_only_finished_jobs_are_forgotten() -> None:
    jobs = Jobs(NONE)
    started(jobs, order("first"))
    for n in range(3 * REMEMBERED):
        started(jobs, order(f"n{n}"))
        jobs.kept = jobs.turned(f"n{n}", "CANCELED") or jobs.kept
    assert len(jobs.kept.executions) == REMEMBERED
    assert jobs.kept.executions[0].job_id == "first"


IDS = st.sampled_from([f"j{n}" for n in range(6)])


class Kiosk(RuleBasedStateMachine):
    """A process that dies between any two writes; what it does to the world is counted."""

    def __init__(self) -> None:
        super().__init__()
        self.disk, self.jobs, self.now_ms = NONE, Jobs(NONE), 0
        self.begun: Counter[str] = Counter()
        self.ended: dict[str, str] = {}

    def keep(self, kept: JobsReported | str | None) -> None:
        if isinstance(kept, JobsReported):
            self.disk = self.jobs.kept = kept

    @rule(id_=IDS, upload=st.booleans())
    def ordered(self, id_: str, upload: bool) -> None:
        what = order(id_, "recording", "S1") if upload else order(id_)
        self.keep(self.jobs.start(what, self.now_ms))

    @rule(die=st.booleans())
    def begins(self, die: bool) -> None:
        if (job := self.jobs.next()) is not None:
            self.keep(self.jobs.turned(job.job_id, "IN_PROGRESS"))
            if job.action == "support_bundle":
                self.begun[job.job_id] += 1
            if die:
                self.dies()
            else:
                self.keep(self.jobs.turned(job.job_id, "SUCCEEDED"))

    @rule()
    def dies(self) -> None:
        self.jobs = Jobs(self.disk)
        self.keep(self.jobs.after_restart())

    @rule(id_=IDS)
    def canceled(self, id_: str) -> None:
        self.keep(self.jobs.turned(id_, "CANCELED"))

    @rule(wait_ms=st.integers(0, 6_000))
    def time_passes(self, wait_ms: int) -> None:
        self.now_ms += wait_ms
        self.keep(self.jobs.late(self.now_ms))

    @invariant()
    def nothing_runs_twice_and_an_end_is_an_end(self) -> None:
        assert all(count == 1 for count in self.begun.values())
        for one in self.jobs.kept.executions:
            if one.status in FINISHED:
                assert self.ended.setdefault(one.job_id, one.status) == one.status


TestKiosk = Kiosk.TestCase
TestKiosk.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
