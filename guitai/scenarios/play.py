"""Plays one scenario from its first turn to the closed session, and says what was missed."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from guitai.episodes.ground import Ground
from guitai.errors import GuitaiError
from guitai.messages import face
from guitai.messages.voice import CustomerSaid
from guitai.messages.voice import Speak as Spoken
from guitai.scenarios import inner
from guitai.scenarios.deeds import Deeds
from guitai.scenarios.foresight import foresee
from guitai.scenarios.hands import Hands
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.judge import INTERVENING, Miss, Window, actions_of, highest_level, judge
from guitai.scenarios.model import Expect, Scenario, Turn
from guitai.scenarios.outcomes import asked_twice, ending_of, judge_outcome, resolved, standing_of
from guitai.scenarios.screen import touch
from guitai.scenarios.stage import Stage
from guitai.scenarios.voices import Voices
from guitai.scenarios.watch import Sight, Stepped, effects_of, views_of
from guitai.scenarios.willing import Willing

ENDS_S = 900.0
PIN_FOR = "query_balance"
"""What customers want who type a PIN and never say what for."""

OVER = frozenset({"idle", "closed"})
CUSTOMERS = frozenset({"say", "touch", "silence"})
WORDS = frozenset({"say", "touch"})


@dataclass(frozen=True, slots=True)
class Early:
    """A deed that the kiosk did not want yet, and what its turn missed: it may still come true once the deed is done."""

    deed: str
    begin: int
    """Where its turn began in the sights."""

    window: Window
    expect: Expect | None
    misses: tuple[Miss, ...]


@dataclass
class Played:
    """What became of a scenario."""

    scenario: Scenario
    misses: list[Miss] = field(default_factory=list)
    broke: list[str] = field(default_factory=list)
    """What broke in core or in the play itself; any makes the scenario missed."""

    resolved: bool = False
    level: str = "low"
    intervened: bool = False
    """Delayed, held or handed to a human."""

    moved_out_fen: int = 0
    asked_twice: tuple[str, ...] = ()
    helped: tuple[str, ...] = ()
    """What was confirmed, chosen or approved beside the script."""

    turns: int = 0
    response_s: list[float] = field(default_factory=list)
    """From the customer's words to the reply, each time."""

    heard: list[tuple[str, str]] = field(default_factory=list)
    """With voices: what was said, and what the recogniser made of it."""

    windows: list[Window] = field(default_factory=list)


class Player:
    """Plays scenarios one after another on one ground."""

    def __init__(self, ground: Ground, hearing: Hearing) -> None:
        self._ground, self._hearing = ground, hearing

    def play(self, scenario: Scenario) -> Played:
        """Play one."""
        played = Played(scenario)
        usual: Literal["zh", "en"] = "en" if scenario.setup.customer.language.startswith("en") else "zh"

        async def live(folder: Path) -> None:
            stage = Stage(folder, scenario, lambda text: self._hearing.typed(text, usual))
            try:
                await _Play(stage, played, self._hearing, self._ground.logged).run()
            finally:
                stage.close()

        played.broke = self._ground.run(live)
        return played


class _Play:
    """One run."""

    def __init__(self, stage: Stage, played: Played, hearing: Hearing, logged: list[dict[str, Any]]) -> None:
        self._stage, self._played, self._hearing, self._logged = stage, played, hearing, logged
        self._hands = Hands(stage)
        self._deeds = Deeds(stage, self._hands, self._say)
        self._willing = Willing(stage, self._hands, self._say, played.scenario, self._deeds.teller_approves)
        self._spoke: list[tuple[int, float, float, float]] = []
        """Of each utterance of this turn: place in the sights, processor time, virtual time, and the seconds since its end."""

        self._early: list[Early] = []
        """Deeds that are still owed, the first first."""

    async def run(self) -> None:
        """Play all turns, look at the ending, bring the session to its end, judge."""
        stage, turns = self._stage, self._played.scenario.turns
        await stage.begin()
        stage.core.happen(face.CustomerApproached())
        await stage.settle()
        for number, turn in enumerate(turns, 1):
            await self._turn(number, turn, turns[number:])
        for early in self._early:  # never done: nothing that happened later came of it
            self._played.misses += early.misses
        standing = standing_of(stage)
        script_over = len(stage.watch.sights)
        await self._goes_home()
        end = ending_of(stage, standing)
        self._look_back(stage.watch.sights[:script_over], end.picture.moved("out"))
        self._played.misses += judge_outcome(stage, end, self._played.scenario.outcome, self._logged)

    async def _turn(self, number: int, turn: Turn, rest: Sequence[Turn]) -> None:
        watch = self._stage.watch
        begin, standing = len(watch.sights), watch.view
        foresee(self._stage, self._hands, turn, rest)
        if turn.do == "take_card" and self._teller_has_it() and all(later.actor != "teller" for later in rest):
            await self._deeds.teller_leaves()  # who goes with the card has nothing more to say to them
            await self._willing.settle(turn, rest)
        owed = len(self._hands.owed)
        await self._deeds.do(turn)
        if turn.do == "pin_wrong" and len(self._hands.owed) > owed and not self._has_errand():
            await touch(self._stage, {"intent": PIN_FOR})  # nobody types a PIN for nothing
        await self._willing.settle(turn, rest)
        if turn.do == "decide" and all(later.actor != "teller" for later in rest):
            await self._deeds.teller_leaves()
            await self._willing.settle(turn, rest)
        self._played.response_s += [
            took for spoke in self._spoke if (took := _reply_s(watch.sights, *spoke)) is not None
        ]
        self._spoke.clear()
        window = Window(number, watch.sights[:begin], watch.sights[begin:], standing)
        self._played.windows.append(window)
        if turn.actor == "customer" and turn.do in CUSTOMERS:
            self._played.turns += 1
        misses = tuple(judge(window, turn.expect)) if turn.expect is not None else ()
        if len(self._hands.owed) > owed and turn.do in self._hands.owed:
            self._early.append(Early(turn.do, begin, window, turn.expect, misses))
        else:
            self._played.misses += misses
        self._judge_early()

    def _has_errand(self) -> bool:
        """Whether the customer of this script ever says or touches anything."""
        return any(turn.actor == "customer" and turn.do in WORDS for turn in self._played.scenario.turns)

    def _judge_early(self) -> None:
        """Judge deeds that came before the kiosk wanted them by what happened once they were done, until the end of that turn.

        What was missed then and in the deed's own turn is a miss; what must not be said may be said in neither.
        """
        sights, paid = self._stage.watch.sights, self._hands.paid
        for early in tuple(self._early):
            place = next((one for one in paid if one[0] == early.deed and one[1] >= early.begin), None)
            if place is None:
                continue
            paid.remove(place)
            self._early.remove(early)
            done = place[1]
            standing = next((view for view in reversed(views_of(sights[:done]))), None)
            window = Window(early.window.turn, sights[:done], sights[done:], standing)
            later = tuple(judge(window, early.expect)) if early.expect is not None else ()
            self._played.misses += missed_twice(early.misses, later)

    def _teller_has_it(self) -> bool:
        """Whether a teller takes part while the card is inside."""
        handover = self._stage.core.state.handover
        return handover is not None and handover.teller_id != "" and self._stage.machines.reader.slot == "inside"

    async def _goes_home(self) -> None:
        """From here on nobody touches anything: the session finds its end by itself."""
        stage = self._stage
        stage.power_on()
        await self._deeds.teller_leaves()
        stage.core.happen(face.CustomerLeft())
        if not await stage.until(lambda: stage.core.state.stage in OVER, ENDS_S):
            self._played.broke.append(f"the session never ends: {stage.core.state.stage}")
        await stage.settle()

    def _look_back(self, sights: Sequence[Sight], out_fen: int) -> None:
        played = self._played
        played.resolved = resolved(self._stage)
        played.level = highest_level(sights)
        played.intervened = bool(actions_of(sights) & (INTERVENING - {"prompt", "sms"}))
        played.moved_out_fen = out_fen
        played.asked_twice = asked_twice(self._stage, played.scenario.outcome)
        played.turns += self._willing.turns
        played.helped = tuple(self._willing.helped)

    async def _say(self, text: str) -> None:
        daemon, voices = self._stage.core.daemon, self._hearing.voices
        if daemon is None:
            return
        if voices is not None:
            await self._speak(voices, text)
            return
        self._spoke.append((len(self._stage.watch.sights), time.process_time(), asyncio.get_running_loop().time(), 0.0))
        try:
            await daemon.typed(text)
        except GuitaiError as error:
            self._played.broke.append(f"not understood: {error.code}")

    async def _speak(self, voices: Voices, text: str) -> None:
        """Say it; a customer whom the kiosk asks to repeat does so once, slower."""
        for again in (False, True):
            if (daemon := self._stage.core.daemon) is None:
                return
            heard = voices.hear(self._played.scenario.id, text, self._stage.listening, again=again)
            self._played.heard.append((text, heard.text))
            place, loop = len(self._stage.watch.sights), asyncio.get_running_loop()
            self._spoke.append((place, time.process_time(), loop.time(), heard.after_speech_s))
            daemon.happen(heard.event)
            if isinstance(heard.event, CustomerSaid):
                return
            await self._stage.settle()
            self._played.turns += not again


def missed_twice(first: Sequence[Miss], later: Sequence[Miss]) -> list[Miss]:
    """Return what a deed done late missed both in its own turn and once it was done; what must not be said, in either."""
    both = {(miss.key, miss.wanted) for miss in later}
    found = [miss for miss in first if miss.key == "must_not" or (miss.key, miss.wanted) in both]
    known = {(miss.key, miss.wanted) for miss in found}
    return found + [miss for miss in later if miss.key == "must_not" and (miss.key, miss.wanted) not in known]


def _reply_s(sights: Sequence[Sight], place: int, spent_s: float, at_s: float, before_s: float) -> float | None:
    """Return the seconds to the first reply that is no mere 好的，请稍等: processor time, and what bank and machines took."""
    for sight in sights[place:]:
        if not isinstance(sight, Stepped) or sight.state is None or not effects_of([sight], Spoken):
            continue
        if not inner.is_filler(sight.state):
            return before_s + sight.spent_s - spent_s + sight.at_s - at_s
    return None
