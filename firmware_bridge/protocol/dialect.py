"""How implementations of XFS4IoT differ on the wire; the host can speak each, the client must understand all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from firmware_bridge.protocol import catalog


@dataclass(frozen=True, slots=True)
class Dialect:
    """One way of speaking."""

    name: str
    unsolicited_as_event: bool = False
    """Unsolicited events go out as ``type: event`` without a requestId."""

    success_spelled: bool = True
    """``completionCode: success`` is written out; otherwise its absence means success."""

    american: bool = False
    """``authorizationRequired`` instead of ``authorisationRequired``."""

    code_in_payload: bool = False
    """completionCode and an acknowledge's status stand in the payload, as services of the first versions have them."""

    nulls: bool = False
    """Optional properties without a value are sent as null."""

    common_version: str = "2.0"
    """The only command version of Common.Status and Common.Capabilities that is accepted."""

    def shape(self, data: dict[str, Any]) -> dict[str, Any]:
        """Return a faultless message, as plain data, the way this dialect writes it."""
        header, payload = dict(data["header"]), dict(data["payload"])
        kind = header["type"]
        if self.nulls and (entry := catalog.definition(header["name"], kind)):
            payload = dict.fromkeys(catalog.properties(entry)) | payload
        if kind == "unsolicited" and self.unsolicited_as_event:
            header["type"] = "event"
        if kind == "completion":
            code = header.pop("completionCode")
            if self.american:
                code = code.replace("authorisation", "authorization")
            if code != "success" or self.success_spelled:
                (payload if self.code_in_payload else header)["completionCode"] = code
        if "status" in header and self.code_in_payload:
            payload["status"] = header.pop("status")
        return {"header": header, "payload": payload or None}


KAL = Dialect("kal", unsolicited_as_event=True)
SCHEMA = Dialect("schema", success_spelled=False, american=True, nulls=True, common_version="3.0")
FIRST = Dialect("first", unsolicited_as_event=True, code_in_payload=True, common_version="1.0")
