"""Hears kiosks' states and answers, and asks again for what is missing. Every headquarters process has one."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import structlog

from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.systemd import notify
from guitai.tables import TOPICS
from guitai.wire.commands import State
from guitai.wire.mqtt import Connected, Disconnected, Message, MqttLink
from headquarters import fleet
from headquarters.commander import Commander
from headquarters.engine import ERRORS, UNSTORABLE
from headquarters.places import ANY, place_of
from headquarters.store import Store

GAP_MS = 10_000
BEHIND_MS = 5_000
"""So long after a collector had more before it than it could take, what is missing may still be in its queue."""

LATE_GAP_MS = 120_000
"""So old a gap is asked about even so."""

GAP_CHECK_S = 1.0
MOST_AT_ONCE = 100
"""So many words of kiosks are kept in one commit: what it takes, nothing else here happens."""

MOST_DOUBLED = 4
"""How often the time between two requests doubles."""

SUBSCRIPTIONS = (
    TOPICS["state"].format(**ANY),  # not shared: every process must know every kiosk, and retained ones come at once
    TOPICS["reply"].format(**ANY),
)

log = structlog.get_logger()


class Front:
    """Runs over the commander's line."""

    def __init__(self, line: MqttLink, store: Store, commander: Commander, clock: Clock) -> None:
        self._line, self._store, self._commander, self._clock = line, store, commander, clock
        self._behind_ms = 0
        self._asked: dict[str, tuple[int, int]] = {}
        """How often a kiosk was asked, and not before when again."""

    async def run(self, collecting: asyncio.Event) -> None:
        """Serve the line for ever, once somebody is there to store what kiosks send when their birth is answered."""
        await collecting.wait()
        async with self._line:
            while True:
                self._hear(await self._line.several(MOST_AT_ONCE))
                await asyncio.sleep(0)  # what comes in bursts is not all that happens here

    async def ask_for_gaps(self) -> None:
        """Ask kiosks again for what has been missing for ten seconds; for ever."""
        while True:
            await asyncio.sleep(GAP_CHECK_S)
            try:
                self.check_gaps()
            except (GuitaiError, *ERRORS):
                log.exception("gaps not looked for")
            notify("WATCHDOG=1")

    def behind(self) -> None:
        """A collector took all it could at once, and more may wait for it at the broker."""
        self._behind_ms = self._clock.unix_ms()

    def check_gaps(self) -> None:
        """Ask each kiosk whose gap is old enough, then ever more rarely.

        While a backlog flows through many collectors there always is a gap, and asking would add to the backlog: it is
        waited out, for a time.
        """
        now = self._clock.unix_ms()
        gaps = self._store.gaps(now - GAP_MS)
        self._asked = {kiosk: asked for kiosk, asked in self._asked.items() if kiosk in gaps}
        if gaps and now < self._behind_ms + BEHIND_MS:
            gaps = self._store.gaps(now - LATE_GAP_MS)
        known = self._commander.known()
        due = [kiosk for kiosk in sorted(gaps & known.keys()) if now >= self._asked.get(kiosk, (0, 0))[1]]
        for kiosk, marks in self._store.watermarks_of(due).items():
            times, _ = self._asked.get(kiosk, (0, 0))
            log.warning("gap", kiosk=kiosk, asked=times)
            self._commander.send_watermark(known[kiosk], kiosk, marks, again=True)
            self._asked[kiosk] = (times + 1, now + GAP_MS * 2 ** min(times, MOST_DOUBLED))

    def _hear(self, happened: Iterable[Message | Connected | Disconnected]) -> None:
        """Take in what has happened. Of each kiosk's state the last word counts: a fleet that comes back says many."""
        states: dict[str, tuple[str, State]] = {}
        for one in happened:
            match one:
                case Connected():
                    log.info("broker connected")
                case Disconnected(reason):
                    log.warning("broker lost", reason=reason)
                case Message() as message if (place := place_of(message.topic)) is not None:
                    try:
                        if place.kind == "state":
                            state = self._commander.heard_state(place.branch, place.kiosk, message)
                            states[place.kiosk] = place.branch, state
                        elif place.kind == "reply":
                            self._commander.heard_reply(place.kiosk, message)
                    except GuitaiError as error:
                        log.warning("message skipped", topic=message.topic, reason=str(error))
        if states:
            self._keep(states)

    def _keep(self, states: dict[str, tuple[str, State]]) -> None:
        """Keep states in one commit and answer births, so that "online" at the kiosk means that we are here and not only the broker.

        If it is we who were away, the broker has kept what came, or told the kiosk that it had nobody to keep it for.
        """
        try:
            engine, now_ms = self._store.connection, self._clock.unix_ms()
            with engine.transaction(), engine.pipeline():
                for kiosk, (branch, state) in sorted(states.items()):  # in one order, as other processes keep them, too
                    fleet.heard(engine, branch, kiosk, state, now_ms)
            marks = self._store.watermarks_of(kiosk for kiosk, (_, state) in states.items() if state.online)
        except UNSTORABLE as error:
            if len(states) == 1:
                log.warning("state skipped", kiosk=next(iter(states)), reason=str(error))
                return
            for kiosk, told in states.items():
                self._keep({kiosk: told})
            return
        except (GuitaiError, *ERRORS) as error:
            log.warning("states skipped", kiosks=len(states), reason=str(error))
            return
        for kiosk, lanes in marks.items():
            self._commander.send_watermark(states[kiosk][0], kiosk, lanes)
