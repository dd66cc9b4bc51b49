"""Moves at the cabinet: doors, operator's switch, handset, headphones; the technician moves them, the sensors must notice."""

from __future__ import annotations

from guitai.cli.devices.walk import Walk

MOVES: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("operatorSwitch", "switch_maintenance", ("maintenance", "supervisor")),
    ("operatorSwitch", "switch_run", ("run",)),
    ("cabinetDoor", "cabinet_open", ("open",)),
    ("cabinetDoor", "cabinet_shut", ("closed", "locked", "bolted")),
    ("handsetSensor", "handset_up", ("offTheHook",)),
    ("handsetSensor", "handset_down", ("onTheHook",)),
    ("enhancedAudioSensor", "headphones_in", ("present",)),
    ("enhancedAudioSensor", "headphones_out", ("notPresent",)),
    ("proximitySensor", "step_near", ("present",)),
    ("proximitySensor", "step_back", ("notPresent",)),
)
"""Sensor, what to do, and what it must report then."""


async def cabinet(walk: Walk) -> None:
    """Go through every sensor that is fitted."""
    for sensor, move, values in MOVES:
        if walk.value("auxiliaries", sensor) is None:
            continue
        walk.tell(move)
        await walk.state("auxiliaries", sensor, values, "sensor_noticed", "sensor_blind")
