"""What a bank host can be asked and told, from services.yaml: flows, client and simulator are held to it."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from typing import Any, Literal

import yaml


@dataclass(frozen=True, slots=True)
class Service:
    """One kind of inquiry or order."""

    params: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    """Those of `params` that may be left out."""

    fields: tuple[str, ...] = ()
    rows: tuple[str, ...] = ()
    money: Literal["none", "own", "out"] = "none"
    by: Literal["kiosk", "teller"] = "kiosk"
    recorded: bool = False
    """Sold only with sound and pictures of the offer and the consent; the host gets the recording's name."""

    right: bool = False
    """Whether it changes what somebody may do with the customer's money or name, or readies money to leave."""

    @property
    def weighed(self) -> bool:
        """Whether R is due before it."""
        return self.money != "none" or self.right


def _service(data: dict[str, Any]) -> Service:
    params = data.get("params", ())
    return Service(
        params=tuple(name.removesuffix("?") for name in params),
        optional=tuple(name.removesuffix("?") for name in params if name.endswith("?")),
        fields=tuple(data.get("fields", ())),
        rows=tuple(data.get("rows", ())),
        money=data.get("money", "none"),
        by=data.get("by", "kiosk"),
        right=data.get("right", False),
        recorded=data.get("recorded", False),
    )


_DATA = yaml.safe_load(resources.files("guitai.dialogue").joinpath("services.yaml").read_text(encoding="utf-8"))
INQUIRIES: dict[str, Service] = {kind: _service(data) for kind, data in _DATA["inquiries"].items()}
ORDERS: dict[str, Service] = {kind: _service(data) for kind, data in _DATA["orders"].items()}
