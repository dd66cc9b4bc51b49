"""What is wrong with the glass: something rests on it, or a part of it feels no finger any more. Pure, from touches alone.

A hand that leans on the screen, a wet spot or a sticker is a finger that never leaves; other fingers work beside it. A part
is taken for dead when many customers had buttons there and not one of them touched it: how often each pressed elsewhere
says nothing, since some parts hold only what few want.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field, replace

from kiosk_ui.ink import PAD
from kiosk_ui.scene import Scene

RESTS_S = 20.0
"""Nobody presses a button for so long: it is no press any more."""

ENOUGH = 100
"""Customers in a row with a button in a part, and none who touched that part. Where one of twenty would, chance makes such a
row once in 170."""

KEY_PREFIX = "key:"

COLUMNS, ROWS = 2, 3
"""Parts of the glass, counted from the top left, a row at a time."""

RESTING, DEAD = "touch.resting", "touch.dead"
Fault = tuple[str, int]
"""Code and part."""


@dataclass(frozen=True, slots=True)
class Glass:
    """What the fingers did so far."""

    fingers: Mapping[Hashable, tuple[int, float]] = field(default_factory=dict)
    """Those on the glass: in which part, and since when (s)."""

    missed: tuple[int, ...] = (0,) * (COLUMNS * ROWS)
    """Of each part: customers who touched elsewhere while it had a button, since it was last touched itself."""

    seen: frozenset[int] = frozenset()
    """Parts that this customer has touched, or is counted for."""

    def down(self, finger: Hashable, part: int, now_s: float, offered: Iterable[int]) -> Glass:
        """Return it with one more finger; `offered` are the parts with a button."""
        due = {one for one in offered if one not in self.seen and not self._covered(one, now_s)}
        missed = tuple(0 if one == part else count + (one in due) for one, count in enumerate(self.missed))
        return Glass({**self.fingers, finger: (part, now_s)}, missed, self.seen | due | {part})

    def next_customer(self) -> Glass:
        """Return it for whoever comes next; fingers stay where they are."""
        return replace(self, seen=frozenset())

    def up(self, finger: Hashable) -> Glass:
        """Return it without that finger."""
        return replace(self, fingers={one: where for one, where in self.fingers.items() if one != finger})

    def rests(self, finger: Hashable, now_s: float) -> bool:
        """Whether that finger has been there for longer than anybody presses."""
        return finger in self.fingers and now_s - self.fingers[finger][1] >= RESTS_S

    def faults(self, now_s: float) -> tuple[Fault, ...]:
        """Return what is wrong now, in a fixed order."""
        resting = {(RESTING, part) for finger, (part, _) in self.fingers.items() if self.rests(finger, now_s)}
        dead = {(DEAD, part) for part, count in enumerate(self.missed) if count >= ENOUGH}
        return tuple(sorted(resting | dead))

    def _covered(self, part: int, now_s: float) -> bool:
        """Whether something lies on a part: then nobody touches it, and it is not dead."""
        return any(where == part and self.rests(finger, now_s) for finger, (where, _) in self.fingers.items())


def to_keep(kept: tuple[int, ...], now: tuple[int, ...], *, gone: bool) -> bool:
    """Whether the counts are to be kept anew: a customer has gone, or a part was touched for which somebody had counted."""
    return now != kept and (gone or any(new < old for old, new in zip(kept, now, strict=True)))


def part_of(scene: Scene, x: float, y: float) -> int:
    """Return the part a point lies in, in design pixels from the top left."""
    column = min(int(max(x, 0) / scene.size[0] * COLUMNS), COLUMNS - 1)
    row = min(int(max(y, 0) / scene.size[1] * ROWS), ROWS - 1)
    return row * COLUMNS + column


def passed_by(scene: Scene, touched: str) -> set[int]:
    """Return the parts in which the middle of a button lies; none for a touch that types or writes: it is no choice."""
    if _typed(touched):
        return set()
    return {part_of(scene, one.box.mid_x, one.box.mid_y) for one in scene.targets if not _typed(one.name)}


def _typed(name: str) -> bool:
    return name == PAD or name.startswith(KEY_PREFIX)
