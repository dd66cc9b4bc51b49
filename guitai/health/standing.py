"""What stands, from one look of a check to the next: only a change is told, and only one that lasts. Pure.

A process that starts again or a line that blinks is no finding: what a check sees counts when two looks in a row saw it, and is
over when two in a row did not. A check that could not look changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from guitai.health.finding import Finding
from guitai.messages.health import HealthFound, HealthOver

LOOKS = 2
"""So many looks in a row have to agree."""

TOLD = "told"
"""The check that is no look of ours: what sync says of the line."""

GLASS = "glass"
"""No look of ours either: what the window says of the touch screen."""

CHECKS_OF = {
    "certificate": "certificates", "disk": "disk", "programs": "programs", "processes": "processes", "models": "models",
    "devices": "devices", "microphone": "senses", "loudspeaker": "senses", "handset": "senses", "camera": "senses", "line": TOLD, "clock": TOLD,
    "touch": GLASS,
}  # fmt: skip
"""The first part of a code: the standing check that finds it; after a restart nobody else knows."""

Change = HealthFound | HealthOver


class Standing:
    """The findings of all standing checks. `standing` are keys and codes that stood before the process began."""

    def __init__(self, standing: Iterable[tuple[str, str]] = ()) -> None:
        self._told = dict(standing)
        self._seen: dict[str, dict[str, Finding]] = {}
        """Check: its findings at the last look, by key."""

        self._fresh: dict[str, int] = {}
        """Keys that are seen and not told yet: for how many looks."""

        self._gone: dict[str, int] = {}
        """Keys that are told and not seen any more: for how many looks."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What is told and was seen at the last look, with its words as they were then."""
        return tuple(one for found in self._seen.values() for key, one in found.items() if key in self._told)

    def untold(self, change: Change) -> None:
        """A change could not be written down: it counts as not told, and the next looks find it again."""
        if isinstance(change, HealthFound):
            self._told.pop(change.key, None)
        else:
            self._told[change.key] = change.code

    def look(self, looked: Mapping[str, Sequence[Finding]], *, looks: int = LOOKS) -> tuple[Change, ...]:
        """Take in what each check that could look has found; return what is new and what is over.

        `looks` is 1 for what is told by somebody who has made sure already.
        """
        changes: list[Change] = []
        for check, found in looked.items():
            now = {one.key: one for one in found}
            for key in self._seen.get(check, {}).keys() - now.keys():
                self._fresh.pop(key, None)
            self._seen[check] = now
            changes += self._new(now, looks)
            changes += self._over(check, now, looks)
        return tuple(changes)

    def _new(self, now: Mapping[str, Finding], looks: int) -> list[HealthFound]:
        changes = []
        for key, one in now.items():
            self._gone.pop(key, None)
            if key in self._told:
                continue
            self._fresh[key] = self._fresh.get(key, 0) + 1
            if self._fresh[key] >= looks:
                del self._fresh[key]
                self._told[key] = one.code
                changes.append(HealthFound(key, one.code, one.level, tuple(sorted(one.about.items()))))
        return changes

    def _over(self, check: str, now: Mapping[str, Finding], looks: int) -> list[HealthOver]:
        changes = []
        for key, code in tuple(self._told.items()):
            if key in now or CHECKS_OF.get(code.split(".")[0], "") != check:
                continue
            self._gone[key] = self._gone.get(key, 0) + 1
            if self._gone[key] >= looks:
                del self._gone[key], self._told[key]
                changes.append(HealthOver(key, code))
        return changes
