"""docs/generated/openapi.yaml and docs/generated/asyncapi.yaml are what the code says."""

from __future__ import annotations

import pytest

from headquarters.contracts import asyncapi, documents, openapi


@pytest.mark.parametrize("path", sorted(documents()), ids=lambda path: path.name)
def test_the_document_has_not_drifted(path) -> None:
    assert path.read_text(encoding="utf-8") == documents()[path], "run: python -m headquarters.contracts"


def test_every_promised_path_is_there() -> None:
    document = openapi()
    assert document["openapi"].startswith("3.1")
    assert {
        "/auth/login",
        "/api/queue",
        "/api/escalations/{escalation_id}/accept",
        "/bank/v1/transfers/{request_id}",
    } <= set(document["paths"])


def test_signed_messages_say_so() -> None:
    schemas = asyncapi()["components"]["schemas"]
    assert [name for name, schema in schemas.items() if "signature" in schema.get("required", ())] == [
        "Command",
        "Watermark",
    ]
