"""The daemon opens sessions with the rules in force and asks the watch list before the session hears of an account."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest

from guitai.config import Config
from guitai.daemon import Daemon
from guitai.episodes.core import BlindEyes, SilentVoice
from guitai.errors import GuitaiError
from guitai.health.finding import Finding, finding
from guitai.messages.branch import HoursChanged, SensorChanged
from guitai.messages.card import CardInserted, CardMoveFailed
from guitai.messages.codec import name_of
from guitai.messages.device import DeviceChanged, DeviceState, LinkState
from guitai.messages.face import CustomerApproached, CustomerLeft, SecondPerson
from guitai.messages.risk import AccountWatched
from guitai.messages.session import SessionOpened
from guitai.messages.touch import Entered, Pressed
from guitai.risk.watch import tag_of
from guitai.shell.known_devices import KnownDevices
from guitai.shell.parts import Parts
from guitai.shell.rulebook import Rulebook
from guitai.shell.watchlist import Watcher
from guitai.tables import branch_record
from guitai.wire.commands import load_private, sign
from guitai.wire.signed import WatchFile

from .signing import make_keys, signed, text_of

KEY = bytes.fromhex("5a" * 32)
LISTED, GOOD = "6217000012349914471", "6217000012340003802"


class Away:
    """A neighbour that answers nothing."""

    fingerprints: ClassVar[dict[str, str]] = {}

    def identities(self) -> dict[str, str]:
        return self.fingerprints

    def forget_person(self) -> None:
        pass

    def __getattr__(self, _name: str) -> Callable[..., Any]:
        async def nothing(*_: object) -> None:
            return None

        return nothing


@pytest.fixture
def kiosk(config: Config, tmp_path: Path) -> Config:
    make_keys(tmp_path)
    (config.paths.keys / "journal.key").write_text("11" * 32 + "\n")
    return config


def daemon(config: Config, fingerprints: dict[str, str] | None = None) -> Daemon:
    away: Any = Away()
    away.fingerprints = fingerprints or {}
    return Daemon(config, Parts(voice=SilentVoice, eyes=BlindEyes, devices=lambda *_: away, host=lambda _: away))


def watch(config: Config, folder: Path, expires_ms: int = 2**50) -> None:
    body = WatchFile(version=1, made_ms=0, expires_ms=expires_ms, tags=[tag_of(LISTED, KEY)])
    file = folder / "w.json"
    file.write_bytes(sign(body, load_private(config.paths.keys / "command.key")))
    Watcher(config.paths.state, config.paths.keys).use(file)


async def serve(core: Daemon, *events: object) -> list[object]:
    for event in events:
        await core._take(event)
    told = [occurred.event for occurred in core._journal.events(core._state.session_id)]
    core._journal.close()
    return told


async def test_a_session_begins_with_the_rules_in_force(kiosk: Config, tmp_path: Path) -> None:
    book = Rulebook(kiosk.paths.state, kiosk.paths.keys)
    book.use(signed(tmp_path, kiosk.paths.keys, 2), "", 0)
    book.try_out(signed(tmp_path, kiosk.paths.keys, 3), "", 0)
    opened = (await serve(daemon(kiosk), CardInserted("t" * 32, "3802")))[0]
    assert isinstance(opened, SessionOpened)
    assert (opened.risk_rules, opened.shadow_rules) == (text_of(2), text_of(3))
    assert len(opened.models_hash) == 64


async def test_rules_used_meanwhile_decide_from_the_next_session_on(kiosk: Config, tmp_path: Path) -> None:
    core = daemon(kiosk)
    assert core._opening().risk_rules == ""
    before = core._opening().rules_hash
    Rulebook(kiosk.paths.state, kiosk.paths.keys).use(signed(tmp_path, kiosk.paths.keys, 2), "", 0)
    after = core._opening()
    core._journal.close()
    assert after.risk_rules == text_of(2)
    assert after.rules_hash != before


async def test_a_listed_card_is_told_before_the_card(kiosk: Config, tmp_path: Path) -> None:
    watch(kiosk, tmp_path)
    told = await serve(daemon(kiosk), CardInserted(tag_of(LISTED, KEY), "4471"))
    names = [name_of(event) for event in told]
    assert names.index("risk.watched") < names.index("card.inserted")
    assert AccountWatched("card", "listed") in told


async def test_a_listed_number_is_told_before_what_carries_it(kiosk: Config, tmp_path: Path) -> None:
    watch(kiosk, tmp_path)
    core = daemon(kiosk)
    told = await serve(core, CardInserted(tag_of(GOOD, KEY), "3802"), Entered("account", LISTED))
    assert [event for event in told if isinstance(event, AccountWatched)] == [AccountWatched("payee", "listed")]
    assert name_of(told[-2]) == "risk.watched"
    assert LISTED not in str(told)
    assert core._state.watched == "listed"


async def test_clear_accounts_are_no_event(kiosk: Config, tmp_path: Path) -> None:
    watch(kiosk, tmp_path)
    told = await serve(daemon(kiosk), CardInserted(tag_of(GOOD, KEY), "3802"), Entered("account", GOOD))
    assert not [event for event in told if isinstance(event, AccountWatched)]


async def test_a_stale_list_is_told(kiosk: Config, tmp_path: Path) -> None:
    watch(kiosk, tmp_path, expires_ms=1)
    told = await serve(daemon(kiosk), CardInserted(tag_of(GOOD, KEY), "3802"))
    assert AccountWatched("card", "stale") in told


async def test_another_reader_is_told_until_a_technician_lets_it_be_known(kiosk: Config) -> None:
    card = CardInserted("t" * 32, "3802")
    for reader, changed in (("a1", False), ("a1", False), ("b2", True)):
        told = await serve(daemon(kiosk, {"card_reader": reader, "pin_pad": "c3"}), card)
        assert (DeviceChanged("card_reader") in told) is changed
        assert DeviceChanged("pin_pad") not in told
        (kiosk.paths.state / "journal.db").unlink()
    KnownDevices(kiosk.paths.state).forget()
    told = await serve(daemon(kiosk, {"card_reader": "b2"}), card)
    assert DeviceChanged("card_reader") not in told


async def test_a_damaged_file_knows_no_device(kiosk: Config) -> None:
    kiosk.paths.state.mkdir()
    (kiosk.paths.state / "known_devices.json").write_text("[]")
    told = await serve(daemon(kiosk, {"card_reader": "a1"}), CardInserted("t" * 32, "3802"))
    assert DeviceChanged("card_reader") in told


async def test_a_number_that_cannot_be_kept_is_not_taken_and_ends_nothing(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = daemon(kiosk)
    await core._take(CardInserted("tok", "3802"))
    before = core._state

    def full(*_: object) -> None:
        raise GuitaiError("journal.disk_full", path="journal.db")

    with monkeypatch.context() as patched:
        patched.setattr(core._journal, "vault_put", full)
        await core._take(Entered("account", LISTED))
    assert core._state == before
    assert not core._numbers
    core._journal.close()


async def test_a_session_whose_opening_was_not_written_is_none(kiosk: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    core = daemon(kiosk)
    append, tries = core._journal.append, iter([True])

    def full_once(*given: Any) -> Any:
        if next(tries, False):
            raise GuitaiError("journal.disk_full", path="journal.db")
        return append(*given)

    monkeypatch.setattr(core._journal, "append", full_once)
    await core._take(CardInserted("tok", "3802"))
    assert "" not in core._journal.sessions()
    await core._take(CardInserted("tok", "3802"))
    assert core._state.session_id
    core._journal.close()


async def test_what_was_found_while_the_disk_was_full_is_found_again(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core, full = daemon(kiosk), finding("disk.full", folder="/var/lib/guitai", free_mb=0)
    core._health.begin(())

    async def look(found: list[Finding]) -> None:
        core._health._take({"disk": found})
        while not core._queue.empty():
            await core._take(core._queue.get_nowait())

    def refuse(*_: object) -> None:
        raise GuitaiError("journal.disk_full", path="journal.db")

    for found in ([full], []):
        with monkeypatch.context() as patched:
            patched.setattr(core._journal, "append", refuse)
            await look(found)
            await look(found)
        assert bool(core._premises.findings) != bool(found)
        await look(found)
        await look(found)
        assert bool(core._premises.findings) == bool(found)
    core._journal.close()


async def test_a_line_whose_return_was_not_written_is_told_again(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = daemon(kiosk)
    await core._take(LinkState(False))
    await core._take(CardInserted("tok", "3802"))
    assert not core._state.online

    def full(*_: object) -> None:
        raise GuitaiError("journal.disk_full", path="journal.db")

    with monkeypatch.context() as patched:
        patched.setattr(core._journal, "append", full)
        await core._take(LinkState(True))
    await core._take(LinkState(True))  # the watch tells it every two seconds
    assert core._state.online
    core._journal.close()


def refusing(core: Daemon, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    def full(*_: object) -> None:
        raise GuitaiError("journal.disk_full", path="journal.db")

    monkeypatch.setattr(core._journal, "append", full)
    return monkeypatch


async def test_what_was_told_once_and_could_not_be_written_reaches_the_session_when_it_can(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = daemon(kiosk)
    await core._take(CustomerApproached())
    left, printer = SecondPerson(True), DeviceState("printer", False, "device.jam")
    with monkeypatch.context() as patch:
        refusing(core, patch)
        for fact in (left, printer):
            await core._take(fact)
    told = await serve(core, printer)  # the device says it again: no news
    assert told[-2:] == [left, printer]


async def test_an_alarm_that_could_not_be_written_stops_the_branch_when_it_can(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = daemon(kiosk)
    with monkeypatch.context() as patch:
        refusing(core, patch)
        for alarm in (True, False, True):
            await core._take(SensorChanged("safe", alarm))
        assert core._premises.stopped is None
    await core._make_good()
    assert core._premises.stopped == "door"
    assert core._shut
    core._journal.close()


async def test_a_door_opened_and_shut_again_while_nothing_could_be_written_stops_nobody(
    kiosk: Config, monkeypatch: pytest.MonkeyPatch
) -> None:
    core = daemon(kiosk)
    jammed, well = CardMoveFailed("r1", "device.card_jam"), DeviceState("card_reader", True)
    with monkeypatch.context() as patch:
        refusing(core, patch)
        for told in (jammed, SensorChanged("cabinet", True), well, SensorChanged("cabinet", False)):
            await core._take(told)
    await core._make_good()
    assert core._premises.stopped is None
    assert core._premises.branch.alarms == ()
    core._journal.close()


async def test_hours_stop_the_branch_between_customers_and_are_written_nowhere(kiosk: Config) -> None:
    core = daemon(kiosk)
    await core._take(CustomerApproached())
    await core._take(HoursChanged(True))
    session_id = core._state.session_id
    assert (core._premises.stopped, core._shut, core._idle) == ("hours", False, False)  # who is served stays served
    await core._take(Pressed("end"))
    await core._take(CustomerLeft())
    assert core._idle
    assert core._shut
    await core._take(CustomerApproached())
    assert core._idle
    written = [*core._journal.events(session_id), *core._journal.events(branch_record(kiosk.kiosk.id))]
    assert not [one for one in written if isinstance(one.event, SensorChanged | HoursChanged)]
    await core._take(HoursChanged(False))
    assert (core._premises.stopped, core._shut) == (None, False)
    core._journal.close()
