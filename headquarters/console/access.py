"""Every route of the API with the roles that may use it. What does not stand here is refused to everybody.

`guard` is laid over every router: it finds the route's rule, the person's session and CSRF token, and writes down what they are
about to do before it is done.
"""

from __future__ import annotations

from dataclasses import dataclass

from headquarters.console.people import Role

ALL: frozenset[Role] = frozenset({"teller", "supervisor", "risk_officer", "technician", "auditor", "administrator"})
_CALLS: frozenset[Role] = frozenset({"teller", "risk_officer"})
_DESK: frozenset[Role] = _CALLS | {"supervisor"}
_LEAD: frozenset[Role] = frozenset({"supervisor"})
_RISK: frozenset[Role] = frozenset({"supervisor", "risk_officer"})
_AUDIT: frozenset[Role] = frozenset({"auditor"})
_READ: frozenset[Role] = frozenset({"supervisor", "risk_officer", "auditor"})
_FLEET: frozenset[Role] = frozenset({"technician", "administrator"})
_WATCH: frozenset[Role] = _FLEET | {"supervisor", "auditor"}


@dataclass(frozen=True, slots=True)
class Rule:
    """Who may, and what the audit calls it."""

    roles: frozenset[Role]
    deed: str = ""
    """Written to the audit before it is done; empty: only looked at."""

    by_itself: bool = False
    """The console asks by itself, without anybody at the keyboard: that does not keep a login alive."""


def _call(deed: str, roles: frozenset[Role] = _CALLS, *, name: str = "") -> tuple[tuple[str, str], Rule]:
    return ("POST", f"/api/escalations/{{escalation_id}}/{deed}"), Rule(roles, name or f"call.{deed}")


def _get(path: str, roles: frozenset[Role], *, by_itself: bool = False, deed: str = "") -> tuple[tuple[str, str], Rule]:
    return ("GET", path), Rule(roles, deed, by_itself)


RULES: dict[tuple[str, str], Rule] = dict(
    (
        _get("/api/me", ALL, by_itself=True),
        (("POST", "/api/me/status"), Rule(_CALLS, "me.status")),
        _get("/api/queue", _DESK, by_itself=True),
        _get("/api/escalations", _READ),
        _get("/api/escalations/{escalation_id}", _DESK | _AUDIT, by_itself=True),
        *map(
            _call,
            ("accept", "decline", "transfer", "return", "rejoin", "say", "push", "ask", "look", "operate", "decide"),
        ),
        *map(_call, ("hold", "label", "work-order", "close")),
        _call("note", _DESK),
        (("POST", "/api/escalations/{escalation_id}/beat"), Rule(_CALLS, by_itself=True)),
        _call("video/offer", _DESK, name="call.video"),
        _call("listen", _LEAD),
        _call("unlisten", _LEAD),
        (("POST", "/api/escalations/{escalation_id}/listening"), Rule(_LEAD, by_itself=True)),
        _get("/api/ice", _DESK, by_itself=True),
        (("POST", "/api/approvals"), Rule(_CALLS, "approval.ask")),
        _get("/api/approvals", _DESK, by_itself=True),
        (("POST", "/api/approvals/{approval_id}/approve"), Rule(_RISK, "approval.approve")),
        (("POST", "/api/approvals/{approval_id}/refuse"), Rule(_RISK, "approval.refuse")),
        _get("/api/supervisor/board", _LEAD, by_itself=True),
        _get("/api/supervisor/forecast", _LEAD),
        _get("/api/supervisor/quality", _LEAD),
        _get("/api/supervisor/tellers", _DESK, by_itself=True),
        _get("/api/cases", _READ),
        _get("/api/recordings", _READ),
        _get("/api/recordings/{recording_id}", _READ, deed="recording.view"),
        (("POST", "/api/recordings/{recording_id}/play"), Rule(_READ, "recording.play")),
        _get("/api/recordings/{recording_id}/film/{view}", _READ, by_itself=True),
        _get("/api/audit", _AUDIT),
        _get("/api/sessions", _READ),
        _get("/api/sessions/{session_id}/events", _READ, deed="session.view"),
        _get("/api/events/count", _WATCH),
        _get("/api/lanes", _WATCH),
        _get("/api/fleet", _WATCH, by_itself=True),
        _get("/api/fleet/{kiosk}/versions", _WATCH),
        _get("/api/dead-letters", _WATCH),
        _get("/api/work-orders", _DESK | _AUDIT),
        _get("/api/work-orders/{kiosk}/{order_id}", _DESK | _AUDIT),
        _get("/api/work-orders/{kiosk}/{order_id}/audit", _DESK | _AUDIT),
        (("POST", "/api/work-orders/{kiosk}/{order_id}/take"), Rule(_DESK, "work_order.take")),
        (("POST", "/api/work-orders/{kiosk}/{order_id}/give-back"), Rule(_DESK, "work_order.give_back")),
        (("POST", "/api/work-orders/{kiosk}/{order_id}/done"), Rule(_DESK, "work_order.done")),
        _get("/api/unanswered", _DESK),
        (("POST", "/api/unanswered/{kiosk}/{question_id}/label"), Rule(_DESK, "question.label")),
        (("POST", "/api/review/labels"), Rule(_RISK | _AUDIT, "review.label")),
        _get("/api/review/audits", _READ),
        _get("/api/review/weights", _READ),
        (("POST", "/api/review/weights/{run}/approve"), Rule(_RISK, "review.approve")),
        _get("/api/quality", _READ),
        _get("/api/quality/topics", _READ),
        _get("/api/quality/alarms", _READ),
        _get("/api/kiosks/{kiosk}/settings", _WATCH),
        (("PUT", "/api/kiosks/{kiosk}/settings/{key}"), Rule(_FLEET, "kiosk.set")),
        (("DELETE", "/api/kiosks/{kiosk}/settings/{key}"), Rule(_FLEET, "kiosk.unset")),
        _get("/api/kiosks/{kiosk}/jobs", _WATCH),
        (("POST", "/api/kiosks/{kiosk}/jobs"), Rule(_FLEET, "job.create")),
        (("POST", "/api/kiosks/{kiosk}/journal/release"), Rule(_FLEET, "journal.release")),
        (("POST", "/api/kiosks/{kiosk}/jobs/{job_id}/cancel"), Rule(_FLEET, "job.cancel")),
        (("DELETE", "/api/kiosks/{kiosk}/jobs/{job_id}"), Rule(_FLEET, "job.remove")),
        _get("/api/kiosks/{kiosk}/uploads", _WATCH),
        _get("/api/releases", _WATCH),
        _get("/api/rollouts", _WATCH, by_itself=True),
        _get("/api/rollouts/{rollout_id}", _WATCH, by_itself=True),
        (("POST", "/api/rollouts"), Rule(_FLEET, "rollout.new")),
        (("POST", "/api/rollouts/{rollout_id}/pause"), Rule(_FLEET, "rollout.pause")),
        (("POST", "/api/rollouts/{rollout_id}/resume"), Rule(_FLEET, "rollout.resume")),
        (("POST", "/api/rollouts/{rollout_id}/abort"), Rule(_FLEET, "rollout.abort")),
        _get("/api/enrolment", _WATCH, by_itself=True),
        (("POST", "/api/enrolment"), Rule(_FLEET, "enrolment.new")),
        (("POST", "/api/enrolment/{kiosk}/withdraw"), Rule(_FLEET, "enrolment.withdraw")),
        (("POST", "/api/enrolment/{kiosk}/revoke"), Rule(_FLEET, "enrolment.revoke")),
        (("POST", "/api/enrolment/{kiosk}/move"), Rule(_FLEET, "enrolment.move")),
        (("POST", "/api/enrolment/{kiosk}/decommission"), Rule(_FLEET, "enrolment.decommission")),
        _get("/api/enrolment/{kiosk}/acceptance", _WATCH),
        _get("/api/enrolment/{kiosk}/proof", _WATCH),
    )
)
