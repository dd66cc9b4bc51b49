"""The customer's ID card, laid on the reader."""

from __future__ import annotations

import datetime

from firmware_bridge.drivers.id_card import IdCard
from guitai.scenarios.people import birth, id_number
from guitai.scenarios.stage import Stage


async def lay_id_card(stage: Stage) -> None:
    """Lay the card on the glass; who is not who they say they are has one that the reader turns away."""
    branch = stage.machines.branch
    if branch is None:
        return
    person = stage.setup.customer
    expired = bool((person.model_extra or {}).get("id_expired"))
    if not person.identity_ok:
        branch.id_reader.fault("rejected")
    end = datetime.date(2025, 1, 1) if expired else datetime.date(2036, 1, 1)
    branch.id_reader.lay(
        IdCard(
            kind="resident", name=person.name, sex="female", birth=birth(person), number=id_number(person),
            valid_from=datetime.date(2016, 1, 1), valid_to=end, nation="汉", address="杭州市", issuer="杭州市公安局",
        )
    )  # fmt: skip
