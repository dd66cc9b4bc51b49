"""The jobs a kiosk was given and how each stands: AWS IoT Jobs' states, pure. What it returns is on the disk before it counts.

A job goes QUEUED → IN_PROGRESS → SUCCEEDED, FAILED or TIMED_OUT; headquarters may cancel it before its end. A job id is taken
once for as long as it is remembered, so a start that comes again starts nothing. What was IN_PROGRESS when the process died is
resumed if doing it twice is doing it once (an upload, an update), and FAILED otherwise.
"""

from __future__ import annotations

from typing import get_args

from guitai.wire.remote import FINISHED, Action, Execution, JobsReported, JobStart, Status

RESUMABLE = frozenset({"recording", "update"})
WITH_SUBJECT = frozenset({"recording", "update"})
ACTIONS = frozenset(get_args(Action))
REMEMBERED = 50
MOST_UNFINISHED = 20


class Jobs:
    """A kiosk's executions, oldest first. Every change gives a new `kept`; `None` means that nothing changed."""

    def __init__(self, kept: JobsReported) -> None:
        self.kept = kept

    def after_restart(self) -> JobsReported:
        """Return how things stand for a process that has just begun."""
        return JobsReported(
            executions=[
                one.model_copy(update={"status": "FAILED", "reason": "interrupted"})
                if one.status == "IN_PROGRESS" and one.action not in RESUMABLE
                else one
                for one in self.kept.executions
            ]
        )

    def start(self, order: JobStart, now_ms: int) -> JobsReported | str | None:
        """Take a job: what is to be kept, None if it was taken before, or why it is REJECTED."""
        if any(one.job_id == order.job_id for one in self.kept.executions):
            return None
        if order.action not in ACTIONS:
            return "unknown_action"
        if (order.action in WITH_SUBJECT) != bool(order.subject):
            return "bad_subject"
        if sum(1 for one in self.kept.executions if one.status not in FINISHED) >= MOST_UNFINISHED:
            return "too_many_jobs"
        ends_ms = now_ms + order.timeout_s * 1000
        taken = Execution(
            job_id=order.job_id, action=order.action, subject=order.subject, status="QUEUED", ends_ms=ends_ms
        )
        return JobsReported(executions=_forgetting([*self.kept.executions, taken]))

    def next(self) -> Execution | None:
        """Return the job to work on: one that was begun, else the oldest that waits."""
        for status in ("IN_PROGRESS", "QUEUED"):
            for one in self.kept.executions:
                if one.status == status:
                    return one
        return None

    def turned(self, job_id: str, status: Status, reason: str = "") -> JobsReported | None:
        """Give an unfinished job another status; a finished one keeps its own."""
        executions = [
            one.model_copy(update={"status": status, "reason": reason[:200]})
            if one.job_id == job_id and one.status not in FINISHED
            else one
            for one in self.kept.executions
        ]
        return None if executions == self.kept.executions else JobsReported(executions=executions)

    def late(self, now_ms: int) -> JobsReported | None:
        """Give up what has not ended in its time."""
        executions = [
            one.model_copy(update={"status": "TIMED_OUT", "reason": "timeout"})
            if one.status not in FINISHED and now_ms >= one.ends_ms
            else one
            for one in self.kept.executions
        ]
        return None if executions == self.kept.executions else JobsReported(executions=executions)


def _forgetting(executions: list[Execution]) -> list[Execution]:
    """Drop the oldest finished ones beyond what is remembered."""
    excess = len(executions) - REMEMBERED
    kept = []
    for one in executions:
        if excess > 0 and one.status in FINISHED:
            excess -= 1
        else:
            kept.append(one)
    return kept
