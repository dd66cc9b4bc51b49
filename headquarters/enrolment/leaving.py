"""Checks a kiosk's proof that its keys are destroyed: signed by the key of its certificate, complete, about itself."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from cryptography import x509
from pydantic import ValidationError

from guitai.errors import GuitaiError
from guitai.wire.checkpoints import check_of
from guitai.wire.enrolment import Proof, proof_message

MUST_GO = ("journal.key", "recording.key")
"""Either of them, or its sealed form, is in every proof: what it opened is unreadable from then on."""

LAST = "kiosk.key"
DECOMMISSIONED = "decommissioned"
"""Why a certificate ended."""


def check_proof(body: dict[str, Any], certificate: x509.Certificate, kiosk: str) -> Proof:
    """Return what a signed proof says. Raises GuitaiError ``enrolment.bad_proof``."""
    try:
        signature = base64.b64decode(str(body["signature"]), validate=True)
        proof = Proof.model_validate(
            {name: value for name, value in body.items() if name not in ("signature", "certificate")}
        )
    except (KeyError, binascii.Error, ValidationError) as error:
        raise GuitaiError("enrolment.bad_proof", reason="it is not in the form of one") from error
    if not check_of(certificate)(proof_message(proof), signature):
        raise GuitaiError("enrolment.bad_proof", reason="the kiosk's key did not sign it")
    if proof.kiosk != kiosk or int(proof.serial, 16) != certificate.serial_number:
        raise GuitaiError("enrolment.bad_proof", reason="it is about another kiosk or certificate")
    gone = {one.name for one in proof.destroyed}
    for name in MUST_GO:
        if not {name, name.replace(".key", ".sealed")} & gone:
            raise GuitaiError("enrolment.bad_proof", reason=f"{name} is not in it")
    if LAST not in proof.last:
        raise GuitaiError("enrolment.bad_proof", reason=f"{LAST} is not in it")
    return proof
