"""Whatever is edited, deleted, cut off, killed or served meanwhile: in the end reported is what was desired."""

from __future__ import annotations

import math
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pydantic import ValidationError

from guitai.config import Config, Paths, with_settings
from guitai.errors import GuitaiError
from guitai.shell.settings import Settings
from guitai.wire.remote import MOST_KEYS, Desired, Reported
from headquarters.day_keys import DayKeys
from headquarters.engine import SqliteEngine
from headquarters.remote.routes import ValueIn
from headquarters.remote.settings import Settings as Desk
from headquarters.sealing import Sealing
from sync.shadow import Kept, Shadow

EDITS = st.sampled_from(
    [
        ("kiosk.branch_name", "建设路支行"), ("kiosk.branch_name", "和平路支行"), ("kiosk.hotline", "95599"),
        ("mqtt.bytes_per_s", 64_000), ("mqtt.bytes_per_s", 0), ("mqtt.bytes_per_s", -1), ("mqtt.host", "evil.example"),
        ("kiosk.hotline", "9" * 50), ("paths.keys", "/tmp"), ("session.idle_s", 60), ("session.idle_s", 5),
        ("window.large_print", True), ("speech.volume_percent", True), ("mqtt.bytes_per_s", 1),
    ]
)  # fmt: skip
KIOSK = "kiosk-001"


def engine(folder: Path) -> SqliteEngine:
    return SqliteEngine(Path(":memory:"), Sealing(DayKeys(folder / "keys")))


class Shadows(RuleBasedStateMachine):
    """A real desk and a real shadow; the broker keeps the newest document of each topic, or loses both."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.engine = engine(Path(self.folder.name))
        self.desk = Desk(self.engine)
        self.disk = Kept()
        self.shadow = Shadow(Config(), self.disk)
        self.desired: Desired | None = None
        self.online = self.idle = True
        self.core = (0, {})

    def teardown(self) -> None:
        self.online = self.idle = True
        self.meet()
        desired, reported = self.desk.desired(KIOSK), self.desk.reported(KIOSK)
        assert desired is None or reported is not None
        if desired is not None and reported is not None:
            assert reported.version == desired.version
            assert {**reported.values, **dict.fromkeys(reported.refused)}.keys() == desired.values.keys()
            assert all(desired.values[key] == value for key, value in reported.values.items())
            assert self.core == (reported.version, reported.values)
            assert not {"mqtt.host", "paths.keys"} & reported.values.keys()
        self.engine.close()
        self.folder.cleanup()

    @rule(edit=EDITS)
    def set(self, edit: tuple[str, object]) -> None:
        self.desk.set(KIOSK, *edit)

    @rule(edit=EDITS)
    def delete(self, edit: tuple[str, object]) -> None:
        self.desk.delete(KIOSK, edit[0])

    @rule(online=st.booleans())
    def line(self, online: bool) -> None:
        self.online = online

    @rule(idle=st.booleans())
    def customer(self, idle: bool) -> None:
        self.idle = idle

    @rule()
    def publish(self) -> None:
        self.desired = self.desk.desired(KIOSK)

    @rule()
    def broker_forgets(self) -> None:
        self.desired = None

    @rule()
    def sync_dies(self) -> None:
        self.shadow = Shadow(Config(), self.disk)

    @rule()
    def kiosk_is_replaced(self) -> None:
        self.disk, self.core = Kept(), (0, {})
        self.sync_dies()

    @rule()
    def headquarters_restores_an_old_copy(self) -> None:
        self.engine.execute("DELETE FROM desired")

    @rule()
    def deliver(self) -> None:
        if self.online and self.desired is not None and (kept := self.shadow.heard(self.desired)) is not None:
            self.disk = self.shadow.kept = kept

    @rule()
    def apply(self) -> None:
        if self.idle:
            self.core = (self.shadow.kept.version, self.shadow.kept.values)
            if (kept := self.shadow.applied(self.shadow.kept.version)) is not None:
                self.disk = self.shadow.kept = kept

    @rule()
    def report(self) -> None:
        reported = self.shadow.reported()
        if self.online and reported is not None and self.desk.heard(KIOSK, reported):
            self.desired = self.desk.desired(KIOSK)

    @rule()
    def meet(self) -> None:
        """Kiosk and headquarters talk for as long as it takes."""
        for _ in range(3):
            self.report()
            self.deliver()
            self.apply()
        self.report()

    @invariant()
    def nothing_that_is_not_allowed_is_ever_in_force(self) -> None:
        with_settings(Config(), self.core[1])
        assert self.core[0] <= max(self.disk.version, self.core[0])


TestShadows = Shadows.TestCase
TestShadows.settings = settings(max_examples=15, stateful_step_count=500, deadline=None)


def test_an_older_document_is_not_taken() -> None:
    shadow = Shadow(Config(), Kept(version=7))
    assert shadow.heard(Desired(kiosk=KIOSK, version=7, values={})) is None
    assert shadow.reported() == Reported(version=7, values={}, refused={})


def test_only_what_is_allowed_and_fits_is_followed() -> None:
    shadow = Shadow(Config(), Kept())
    values = {"kiosk.hotline": "95599", "mqtt.bytes_per_s": -1, "mqtt.host": "elsewhere"}
    kept = shadow.heard(Desired(kiosk=KIOSK, version=1, values=values))
    assert kept is not None
    assert kept.values == {"kiosk.hotline": "95599"}
    assert kept.refused == {"mqtt.bytes_per_s": "config.bad_value", "mqtt.host": "config.not_settable"}


def test_true_is_no_number_and_a_line_is_not_throttled_to_death() -> None:
    shadow = Shadow(Config(), Kept())
    values = {"session.idle_s": True, "window.large_print": 1, "mqtt.bytes_per_s": 1, "kiosk.branch_name": "两\n行"}
    kept = shadow.heard(Desired(kiosk=KIOSK, version=1, values=values))
    assert kept is not None
    assert kept.refused == dict.fromkeys(values, "config.bad_value")


def test_more_keys_than_a_document_holds_are_refused(tmp_path: Path) -> None:
    with closing(engine(tmp_path)) as database:
        desk = Desk(database)
        for n in range(MOST_KEYS):
            desk.set(KIOSK, f"kiosk.key_{n}", n)
        with pytest.raises(GuitaiError, match=r"remote\.too_many_keys"):
            desk.set(KIOSK, "kiosk.one_more", 1)
        desk.set(KIOSK, "kiosk.key_7", 8)
        desk.delete(KIOSK, "kiosk.key_8")
        desired = desk.set(KIOSK, "kiosk.one_more", 1)
        assert (desired.version, len(desired.values)) == (MOST_KEYS + 3, MOST_KEYS)
    with pytest.raises(ValidationError):
        ValueIn(value=math.nan)  # no JSON holds it


def test_settings_come_between_customers_and_outlive_a_restart(tmp_path: Path) -> None:
    idle = False
    config = Config(paths=Paths(state=tmp_path))
    here = Settings(config, lambda: idle)
    assert not here.take(3, {"kiosk.hotline": "95599"})
    assert here.config.kiosk.hotline == config.kiosk.hotline
    again = Settings(config, lambda: True)
    assert again.config.kiosk.hotline == "95599"
    assert again.take(3, {"kiosk.hotline": "95599"})
    idle = True
    assert here.take(4, {})
    assert here.config == config
    with pytest.raises(GuitaiError, match="not_settable"):
        here.take(5, {"paths.keys": "/tmp"})
    (tmp_path / "settings.json").write_bytes(b"{")
    assert Settings(config, lambda: True).config == config
    (tmp_path / "settings.json").unlink()
    (tmp_path / "settings.json").mkdir()
    with pytest.raises(GuitaiError, match=r"remote\.disk"):  # an OSError would end sync's connection, again and again
        here.take(5, {"kiosk.hotline": "95599"})
    assert here.config == config
