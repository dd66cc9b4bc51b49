"""What a client may ask of the eyes, checked field by field at the socket."""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from guitai.errors import GuitaiError
from guitai.messages.document import PAGE
from guitai.messages.face import CONSENT, LIVENESS, VERIFY, Challenge
from guitai.wire.framing import Frame

RequestId = Annotated[str, Field(min_length=1, max_length=64)]


class _Order(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class Consent(_Order):
    """The customer allowed two separate things, or took them back. Binding on this connection only."""

    expression: bool
    identity: bool = False


class VerifyOrder(_Order):
    """Compare the person with the photo in the frame's payload; needs consent to identity on this connection."""

    request_id: RequestId


class LivenessOrder(_Order):
    """Ask the person to do these things in this order; needs consent to identity on this connection."""

    request_id: RequestId
    challenges: Annotated[list[Challenge], Field(min_length=1, max_length=6)]
    limit_s: Annotated[float, Field(gt=0, le=120)]


class PageOrder(_Order):
    """Read the page whose picture comes in the payloads of these frames; the customer's laying it down is the consent."""

    request_id: RequestId
    last: bool = False


Order = Consent | VerifyOrder | LivenessOrder | PageOrder
KINDS: dict[str, type[Consent] | type[VerifyOrder] | type[LivenessOrder] | type[PageOrder]] = {
    PAGE: PageOrder,
    CONSENT: Consent,
    VERIFY: VerifyOrder,
    LIVENESS: LivenessOrder,
}


def order_of(frame: Frame) -> Order:
    """Return what a frame asks for. Raises GuitaiError ``wire.unknown_type`` or ``wire.bad_data``."""
    if frame.type not in KINDS:
        raise GuitaiError("wire.unknown_type", type=frame.type)
    try:
        return KINDS[frame.type].model_validate(frame.data)
    except ValidationError as error:
        first = error.errors()[0]
        reason = f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
        raise GuitaiError("wire.bad_data", type=frame.type, reason=reason) from error
