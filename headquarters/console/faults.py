"""Errors as the API says them, with their status."""

from __future__ import annotations

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse

from guitai.errors import GuitaiError

STATUS = {
    "hq.login": 401, "hq.not_logged_in": 401, "hq.second_factor": 401, "hq.no_role": 403, "hq.bad_claim": 403,
    "hq.forbidden": 403, "hq.whole_bank": 403, "hq.forged": 403,
    "hq.too_many": 429, "hq.too_large": 413, "hq.bad_request": 422, "hq.provider": 502, "hq.no_revocations": 503,
    "hq.busy": 409, "hq.no_colleague": 404, "hq.no_approval": 404, "hq.approval_state": 409, "hq.own_approval": 403, "hq.no_recording": 404,
    "hq.not_yours": 403, "hq.no_escalation": 404, "hq.wrong_state": 409,
    "hq.rejected": 502, "hq.no_work_order": 404, "hq.work_order_state": 409, "hq.no_question": 404, "hq.no_intent": 422,
    "risk.no_case": 404, "bank.no_certificate": 401, "bank.no_card": 404, "bank.absent": 404,
    "remote.no_job": 404, "remote.no_recording": 404, "remote.bad_chunk": 422, "remote.other_package": 409,
    "rollout.unknown": 404, "rollout.no_release": 404, "rollout.bad_plan": 422,
    "remote.too_many_keys": 409, "recording.view_over": 403, "recording.bad_range": 416, "recording.not_for_viewing": 409,
    "recording.altered": 409, "recording.unreadable": 409, "recording.other_key": 409, "recording.bad_viewing_key": 409,
    "recording.no_film": 409, "risk.no_proposal": 409, "risk.no_name": 422,
    "enrolment.not_live": 401, "enrolment.unknown_code": 401, "enrolment.expired": 401, "enrolment.used": 409, "enrolment.withdrawn": 401,
    "enrolment.other_kiosk": 403, "enrolment.key_again": 409, "enrolment.bad_request": 422, "enrolment.bad_profile": 422,
    "enrolment.bad_proof": 422, "enrolment.no_kiosk": 404, "enrolment.no_code": 404, "enrolment.no_document": 404, "enrolment.no_authority": 409,
    "enrolment.not_wanted": 409,
    "bank.request_reused": 409, "bank.no_token": 409, "bank.unknown_business": 404, "bank.bad_params": 422,
}  # fmt: skip
RETRY_AFTER_S = "2"
CONSOLE = "/api/"


def answer(error: GuitaiError) -> JSONResponse:
    """Return an error as JSON."""
    body = {
        "code": error.code, "message": error.english(), "reason": str(error.params.get("reason", "")), "zh": error.chinese(),
    }  # fmt: skip
    headers = {"Retry-After": RETRY_AFTER_S} if error.code == "hq.too_many" else None
    return JSONResponse(body, STATUS.get(error.code, 500), headers)


async def on_fault(request: Request, error: Exception) -> JSONResponse:
    """Answer an error of the table; what was written to the audit as asked for is written as refused, too."""
    assert isinstance(error, GuitaiError)
    person, deed = getattr(request.state, "person", None), getattr(request.state, "deed", "")
    if person is not None and deed:
        subject = "/".join(request.path_params.values())
        detail = {"deed": deed, "code": error.code, "reason": str(error.params.get("reason", ""))}
        request.app.state.services.audit.write(person, "refused", subject, detail)
    return answer(error)


async def on_bad_request(request: Request, error: Exception) -> JSONResponse:
    """Answer a body that does not fit: for the console in our own words, for the bank host as its contract says."""
    assert isinstance(error, RequestValidationError)
    if not request.url.path.startswith((CONSOLE, "/auth/")):
        return JSONResponse({"detail": error.errors()}, 422)
    first = error.errors()[0]
    place = ".".join(str(part) for part in first["loc"])
    return await on_fault(request, GuitaiError("hq.bad_request", reason=f"{place}: {first['msg']}"[:200]))
