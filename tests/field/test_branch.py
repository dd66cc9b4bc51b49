"""From a bare machine to served customers: installed, enrolled over a cable, killed, cut off from power, on a root that is read-only."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from edge_models.store import Store
from firmware_bridge.simulator.film import make_films
from firmware_bridge.simulator.hands import Hands
from guitai import config as configuration
from guitai.demo import voices
from guitai.demo.branch import screen
from guitai.demo.customer import Customer
from guitai.demo.observer import Observer
from guitai.demo.scenes import CASH, DEPOSIT, LOCAL_CARD, LOCAL_PIN, SCENES, SOLVED, Scene
from guitai.tables import SOCKETS
from tests.field.headquarters import KIOSK, Headquarters, headquarters
from tests.field.machine import STICK, Machine, bare_root, booted, cable, lacking
from tests.field.ports import documented, listening
from tests.field.test_systemd import BUNDLE, HERE, all_active

SIZE = (1080, 1920)
LINES = (CASH, DEPOSIT, SOLVED)
MOST_S, MOST_INPUTS = 300.0, 3
INSERTED = 500_00
"""What the customer has put in when the power goes, in fen."""

PATIENCE_S, DELIVERED_S, CLOSED_S = 120.0, 90.0, 240.0
WINDOW = """[Service]
ExecStart=
ExecStart=/opt/guitai/bin/guitai run ui
TTYPath=
StandardInput=null
PAMName=
# A virtual screen of the machine outside, where a pointer can press: the unit's own compositor is tried in test_systemd.
BindReadOnlyPaths=/media/x11:/tmp/.X11-unix
Environment=DISPLAY={display}
"""
RENEW = """[Service]
ExecStart=
ExecStart=/opt/guitai/bin/guitai provision --renew --now --yes --lang en
Restart=no
"""
PROFILE = """[sound]
microphone = "hands"
[camera]
source = "{empty}"
"""

pytestmark = [
    pytest.mark.long,
    pytest.mark.timeout(2400),
    pytest.mark.skipif(bool(lacking()), reason=lacking() or "-"),
    pytest.mark.skipif(shutil.which("xdotool") is None, reason="xdotool is not installed"),
    pytest.mark.skipif(not (BUNDLE / "manifest.sha256").is_file(), reason="script/bundle has not been run"),
]

Record = Callable[[str, object], None]


@dataclass
class Site:
    """What stays while the kiosk is switched off and on."""

    folder: Path
    display: str
    films: dict[str, Path]
    hq: Headquarters = field(init=False)

    @property
    def binds(self) -> tuple[str, ...]:
        """The virtual screen, the voices and the films, where the kiosk looks for them."""
        found = {"/tmp/.X11-unix": "x11", self.folder / "lines": "lines", self.folder / "films": "films"}
        return tuple(f"--bind={here}:/media/{there}" for here, there in found.items())


@asynccontextmanager
async def customers(site: Site, machine: Machine) -> AsyncIterator[Scene]:
    """Give a scene in which customers can act before the kiosk, once its window shows a screen."""
    run = machine.root / "run/guitai"
    observer = Observer(run / SOCKETS["core"], PATIENCE_S)
    await observer.start()
    films = {name: Path("/media/films") / path.name for name, path in site.films.items()}
    hands = Hands(run / SOCKETS["hands"])
    customer = Customer(observer, hands, run / SOCKETS["window"], site.display, Path("/media/lines"), films)
    try:
        yield Scene("field", customer, observer, site.hq.auditor, observer.until_offline, observer.until_offline)
    finally:
        await observer.stop()


async def serve(site: Site, machine: Machine, name: str) -> str:
    """Serve one of the demo's customers; return the session."""
    async with customers(site, machine) as scene:
        await SCENES[name](scene)
        assert [what for what, holds, _ in scene.checks if not holds] == []
        return scene.session_id


async def delivered(site: Site, machine: Machine) -> dict[str, int]:
    """Wait until headquarters has every event, once; return how many of each lane."""
    async with customers(site, machine) as scene:
        deadline = time.monotonic() + DELIVERED_S
        while (kiosk := await scene.observer.counts()) != (stored := await site.hq.counts()):
            assert time.monotonic() < deadline, f"kiosk {kiosk}, headquarters {stored}"
            await asyncio.sleep(0.5)
        return kiosk


async def interrupt(site: Site, machine: Machine) -> str:
    """Cut the power while a customer's notes lie in the machine, counted and not yet confirmed; return the session."""
    async with customers(site, machine) as scene:
        await scene.ask_for(DEPOSIT, LOCAL_CARD, LOCAL_PIN)
        await scene.observer.stage("insert_notes")
        await scene.customer.hands.insert_notes({100_00: 5})
        await scene.observer.stage("confirm")
        machine.cut_power()
        return scene.session_id


async def closed(site: Site, machine: Machine, session_id: str) -> dict[str, int]:
    """Let the customer take what is given back until the session is over; return what was taken and stored, in fen."""
    taken = {"card": 0, "notes": 0}
    async with customers(site, machine) as scene:
        hands = scene.customer.hands
        deadline = time.monotonic() + CLOSED_S
        while scene.observer.current_stage != "closed" and not await _idle(machine, session_id):
            assert time.monotonic() < deadline, scene.observer.steps[-3:]
            state = await hands.state()
            if state["card_reader"]["slot"] == "exit":
                await hands.take_card()
                taken["card"] += 1
            if state["dispenser"]["returned"]:
                taken["notes"] += await hands.take_returned_notes()
            await asyncio.sleep(0.5)
    return taken


async def _idle(machine: Machine, session_id: str) -> bool:
    return machine.run(f"test -e /var/lib/guitai/core/sessions/{session_id}.jsonl").returncode == 0


def moved(root: Path, data: Path) -> tuple[str, ...]:
    """Put what changes on a partition of its own, as systemd/fstab/read-only-root has it; return how to bind it."""
    own = root / "var/lib/guitai/etc"
    subprocess.run(["cp", "-a", str(root / "etc/guitai"), str(own)], check=True)
    shutil.move(root / "var", data / "var")
    (root / "var").mkdir()
    return (f"--bind={data}/var:/var", f"--bind={data}/var/lib/guitai/etc:/etc/guitai")


@contextmanager
def within(record: Record, name: str) -> Iterator[None]:
    """Write down how long the block took, in seconds."""
    began = time.monotonic()
    yield
    record(name, round(time.monotonic() - began, 1))


def settle(machine: Machine, within_s: float = 240.0) -> None:
    machine.until(lambda: all_active(machine), within_s)


def test_from_bare_machine_to_customers_through_a_power_cut(tmp_path: Path, record_property: Record) -> None:
    asyncio.run(story(tmp_path, record_property))


async def story(folder: Path, record: Record) -> None:
    root, log = folder / "root", folder / "boot.log"
    bare_root(HERE / "var" / "field" / "bookworm", root)
    async with AsyncExitStack() as stack:
        wire = stack.enter_context(cable())
        site = await prepared(folder, await stack.enter_async_context(screen(*SIZE)))
        add_window(root, site.display)
        site.hq = await stack.enter_async_context(headquarters(folder / "hq", wire.here))
        with booted(root, BUNDLE, log, cable=wire, binds=site.binds) as machine:
            await first_day(site, machine, record)
            session = await interrupt(site, machine)
        binds = (*site.binds, *moved(root, folder))
        with booted(root, BUNDLE, log, cable=wire, binds=binds, read_only=True) as machine:
            await second_day(site, machine, session, record)


async def prepared(folder: Path, display: str) -> Site:
    """Make voices, films and the kiosk's profile."""
    models = configuration.load().paths.models
    films = make_films(Store(models).path("astronaut"), folder / "films")
    await asyncio.to_thread(voices.prepare, LINES, folder / "lines", models, folder / "voices")
    empty = f"/media/films/{films['empty'].name}"
    (folder / "profile.toml").write_text(PROFILE.format(empty=empty), encoding="utf-8")
    return Site(folder, display, films)


def add_window(root: Path, display: str) -> None:
    """Have the window shown on a screen that scripted customers can press on."""
    drop_in = root / "etc/systemd/system/guitai-ui.service.d/screen.conf"
    drop_in.parent.mkdir(parents=True)
    drop_in.write_text(WINDOW.format(display=display), encoding="utf-8")


async def first_day(site: Site, machine: Machine, record: Record) -> None:
    """Install, enrol, look at the ports, serve."""
    inputs = [f"{STICK}/install", f"guitai provision --code {site.hq.new_code(site.folder / 'profile.toml')} --yes"]
    began = time.monotonic()
    for typed in inputs:
        done = await asyncio.to_thread(machine.run, typed)
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
    await asyncio.to_thread(settle, machine)
    took = time.monotonic() - began
    record("bare_to_enrolled_s", round(took, 1))
    record("inputs", len(inputs))
    assert site.hq.listed()["kiosk"] == KIOSK
    assert listening(machine) == documented()
    with within(record, "withdrawal_s"):
        await serve(site, machine, "withdrawal")
    record("events", sum((await delivered(site, machine)).values()))
    with within(record, "support_bundle_s"):
        files = await site.hq.support_bundle(site.folder / "support")
    assert {"config.json", "findings.json", "machine.json"} <= files.keys()
    await asyncio.to_thread(renewed, machine)
    assert len(inputs) <= MOST_INPUTS
    assert took <= MOST_S


def renewed(machine: Machine) -> None:
    """Have the unit renew the certificate before its time, within the unit's own bounds; the kiosk goes on with the new one."""
    serial = "openssl x509 -noout -serial -in /var/lib/guitai/keys/kiosk.crt"
    before = machine.run(serial).stdout
    folder = "/run/systemd/system/guitai-renew.service.d"
    machine.run(f"mkdir -p {folder}; cat > {folder}/now.conf <<'EOF'\n{RENEW}EOF")
    done = machine.run("systemctl daemon-reload; systemctl start guitai-renew")
    assert done.returncode == 0, machine.run("journalctl -u guitai-renew -n 30 --no-pager").stdout
    assert machine.run(serial).stdout not in ("", before)
    machine.run(f"rm -r {folder}; systemctl daemon-reload")
    settle(machine)


async def second_day(site: Site, machine: Machine, session: str, record: Record) -> None:
    """The session that the power cut ended is brought to its end, then others are served; the system cannot be written."""
    await asyncio.to_thread(settle, machine)
    record("switched_on_to_warm_s", round(time.monotonic() - machine.began, 1))
    assert machine.run("touch /usr/bin/changed /opt/guitai/changed /etc/changed").returncode != 0
    given_back = await closed(site, machine, session)
    record("given_back", str(given_back))
    await delivered(site, machine)
    events = [row["type"] for row in await site.hq.events(session)]
    assert "session.resumed" in events
    assert (given_back["notes"] == INSERTED) != ("cashin.stored" in events)
    with within(record, "withdrawal_on_a_root_that_cannot_be_written_s"):
        await serve(site, machine, "withdrawal")
    await delivered(site, machine)
    assert listening(machine) == documented()
