"""The settings of a branch that lives in one folder, for benches, chaos, the demonstration and tests."""

from __future__ import annotations

from pathlib import Path

from guitai.config import ENV_PREFIX
from guitai.wire.ports import free_ports


def environment(folder: Path, **changes: object) -> dict[str, str]:
    """Return configuration as variables: everything below `folder`, on free loopback ports; `changes` go over it."""
    kiosks, lines, hq = free_ports(3)
    chosen: dict[str, object] = {
        "PATHS__RUN": folder, "PATHS__STATE": folder / "state", "PATHS__KEYS": folder / "keys",
        "PATHS__MODELS": folder / "models", "MQTT__PORT": kiosks, "HEADQUARTERS__BROKER_PORT": lines,
        "HEADQUARTERS__PORT": hq, "BANK__URL": f"https://127.0.0.1:{hq}/bank/v1",
        "UPLOADS__URL": f"https://127.0.0.1:{hq}/uploads/v1", "UPDATES__URL": f"https://127.0.0.1:{hq}/releases/v1",
        "UPDATES__FOLDER": folder / "updates",
    }  # fmt: skip
    return {f"{ENV_PREFIX}{key}": str(value) for key, value in (chosen | changes).items()}
