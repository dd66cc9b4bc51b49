"""docs/generated/openapi.yaml and docs/generated/asyncapi.yaml are what the code says."""

from __future__ import annotations

import pytest

from guitai.tables import TOPICS
from guitai.wire.commands import Body
from headquarters.contracts import DATA_OF, asyncapi, documents, openapi
from sync.gate import ALLOWED, NOT_CORES


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


def test_every_topic_message_and_command_of_the_line_is_there() -> None:
    document = asyncapi()
    addresses = {channel["address"] for channel in document["channels"].values()}
    assert {topic.replace("/job/{name}", "/job/reported") for topic in TOPICS.values()} <= addresses
    told = {name for channel in document["channels"].values() for name in channel["messages"]}
    assert told == set(document["components"]["messages"])
    bodies = {body.__name__ for body in Body.__subclasses__() if body.__module__ in {
        "guitai.wire.commands", "guitai.wire.remote", "guitai.wire.video"}}  # fmt: skip
    assert len(bodies) > 10
    assert bodies <= set(document["components"]["schemas"])
    assert document["channels"]["command"]["parameters"]["name"]["enum"] == sorted(ALLOWED)
    assert {name: model.__name__ for name, model in DATA_OF.items()} == {
        name: model.__name__ for name, model in NOT_CORES.items()
    }


def test_signed_messages_say_so() -> None:
    schemas = asyncapi()["components"]["schemas"]
    assert [name for name, schema in schemas.items() if "signature" in schema.get("required", ())] == [
        "Command",
        "Watermark",
        "Desired",
    ]
