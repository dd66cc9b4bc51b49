"""One certificate that cannot be put on the list keeps no other one off it."""

from __future__ import annotations

import asyncio
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest

from guitai.errors import GuitaiError
from headquarters import pki
from headquarters.enrolment.shutter import Revoked, Shutter


def test_one_of_another_authority_does_not_stand_before_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[str] = []

    async def shut(_: Shutter, one: str) -> bool:
        tried.append(one)
        if one == "old":
            raise GuitaiError("hq.not_ours", reason="signed by the authority before")
        return True

    monkeypatch.setattr(Shutter, "_shut", shut)
    desk = SimpleNamespace(store=SimpleNamespace(not_shut=lambda: ["old", "new"]))
    shutter = Shutter(cast("Any", desk), cast("Any", None), tmp_path)
    assert asyncio.run(shutter.once()) is False
    assert tried == ["old", "new"]


def test_nobody_is_let_in_where_the_list_is_missing_or_damaged(tmp_path: Path) -> None:
    pki.provision(tmp_path)
    revoked, path = Revoked(tmp_path), tmp_path / pki.REVOCATIONS
    assert 1 not in revoked  # a fresh branch has an empty list
    kept = path.read_bytes()
    for damage in (path.unlink, lambda: path.write_bytes(b"nothing of a list")):
        damage()
        with pytest.raises(GuitaiError) as refused:
            assert 1 in revoked
        assert refused.value.code == "hq.no_revocations"
        path.write_bytes(kept)
        assert 1 not in revoked
