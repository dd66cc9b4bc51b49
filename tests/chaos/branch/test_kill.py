"""kill -9 of each process in the middle of a withdrawal: no event is lost, no money moves twice."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest

from guitai import config as configuration
from guitai.demo.run import KEPT, Stage, open_branch
from guitai.demo.scenes import LOCAL_CARD, LOCAL_PIN, Scene
from guitai.errors import GuitaiError

AMOUNT_FEN = 50_000
pytestmark = [pytest.mark.chaos, pytest.mark.models, pytest.mark.window, pytest.mark.broker, pytest.mark.timeout(600)]

ENDINGS = {(AMOUNT_FEN, "committed"), (0, "reversed")}
MOMENTS = [
    ("core", "dispense"),
    ("devices", "dispense"),
    ("ui", "confirm"),
    ("sync", "dispense"),
    pytest.param("core", "take_card", marks=pytest.mark.long),
    pytest.param("devices", "take_cash", marks=pytest.mark.long),
    pytest.param("speech", "take_card", marks=pytest.mark.long),
]
"""What dies, and when. A branch takes most of a minute to start: `script/long` runs the rest."""

PATIENCE_S = 120.0
"""For what comes by itself: what is judged is what happened, not how fast."""


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def folder(kept: Path, tmp_path: Path) -> Path:
    """A branch's folder. What does not differ from branch to branch is made once: films, and fixed sentences as sound."""
    for name in ("films", f"state/{KEPT}"):
        (kept / name).mkdir(parents=True, exist_ok=True)
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).symlink_to(kept / name)
    return tmp_path


@pytest.mark.parametrize(("name", "moment"), MOMENTS)
async def test_a_killed_process_costs_nothing(name: str, moment: str, models_dir: Path, folder: Path) -> None:
    base = configuration.load([], {"GUITAI__PATHS__MODELS": str(models_dir)}, folder)
    async with open_branch(folder, base) as stage:
        stage.observer._patience_s = PATIENCE_S
        scene = Scene("kill", stage.customer, stage.observer, stage.teller, stage.cut_line, stage.restore_line)
        before = await notes_taken(stage)
        await up_to(scene, moment)
        stage.branch.kill(name)
        await carry_on(scene)
        assert len(stage.observer.effects("cash.dispense")) == 1
        outcome = (await notes_taken(stage) - before, await debit_status(stage))
        # Nobody may know where the notes were when the machines died: then a dispute is open and a human was called.
        assert outcome in ENDINGS or (name == "devices" and outcome == (0, "disputed"))
        await every_event_arrives(stage)


async def up_to(scene: Scene, moment: str) -> None:
    customer, observer = scene.customer, scene.observer
    await customer.press("begin")
    await observer.stage("open")
    await customer.press("start:withdraw")
    await observer.stage("card")
    await scene.identify(LOCAL_CARD, LOCAL_PIN)
    await observer.stage("slot")
    await customer.press(f"amount:{AMOUNT_FEN}")
    await observer.stage("confirm")
    if moment == "confirm":
        return
    await customer.press("confirm")
    if moment == "dispense":
        await observer.until("the dispense", lambda: bool(observer.effects("cash.dispense")))
        return
    await observer.stage("take_card")
    await observer.event("card.offered")
    if moment == "take_card":
        return
    await customer.hands.take_card()
    await observer.stage("take_cash")


async def carry_on(scene: Scene) -> None:
    """Do what a patient customer would, whatever the kiosk shows, until the session is over."""
    customer, observer = scene.customer, scene.observer
    async with asyncio.timeout(3 * PATIENCE_S):
        while observer.current_stage != "closed":
            stage, seen = observer.current_stage, len(observer.steps)
            match stage:
                case "confirm":
                    await customer.press("confirm")
                case "take_card" | "ending":
                    await patiently(customer.hands.take_card)
                case "take_cash":
                    await patiently(customer.hands.take_notes)
                case "result":
                    await customer.press("solved:yes")
                case "waiting" | "held" | "teller":
                    await customer.press("end")
            await observer.until(f"something after {stage}", lambda seen=seen: len(observer.steps) > seen)


async def patiently(deed: Callable[[], Awaitable[object]]) -> None:
    """A hand finds nothing while the machines are coming back; the next look at the screen decides."""
    with contextlib.suppress(GuitaiError):
        await deed()


async def notes_taken(stage: Stage) -> int:
    """Return what the machine's own counts say left it, in fen."""
    state = await stage.customer.hands.state()
    assert not any(state["dispenser"]["missing"].values()), "notes out of nothing, or into it"
    return int(state["dispenser"]["amounts"]["taken"])


async def debit_status(stage: Stage) -> str:
    """Return how the bank's ledger closed this session's debit."""
    (reserve,) = stage.observer.effects("bank.reserve")
    assert reserve["amount"] == AMOUNT_FEN
    debit = await stage.teller.get(f"/bank/v1/debits/{reserve['request_id']}")
    return str(debit["status"])


async def every_event_arrives(stage: Stage) -> None:
    """What the kiosk has written until now arrives, and never more than it ever wrote: it goes on writing meanwhile."""
    wanted, there = await stage.observer.counts(), {}
    try:
        async with asyncio.timeout(PATIENCE_S):
            while not all(there.get(lane, 0) >= count for lane, count in wanted.items()):
                await stage.observer.redraw()
                there = await stage.auditor.get("/api/events/count")
    except TimeoutError:
        pytest.fail(f"headquarters has {there} of {wanted}")
    written = await stage.observer.counts()
    assert all(count <= written.get(lane, 0) for lane, count in there.items()), (there, written)
