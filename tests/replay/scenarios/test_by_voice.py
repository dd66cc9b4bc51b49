"""Scripted customers who speak: a Kokoro voice says the words, the real recogniser hears them.

The sound of a line is made once and kept in the state folder, named after its words, its voice and the model; that of the
twenty scenarios here is committed (`tests/fixtures/voices`).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from guitai.config import Config, Paths
from guitai.episodes.ground import Ground
from guitai.scenarios.figures import figures
from guitai.scenarios.hearing import Hearing
from guitai.scenarios.many import play_many
from guitai.scenarios.model import Scenario
from guitai.scenarios.play import Player
from guitai.scenarios.reading import read
from guitai.scenarios.voices import lines_of
from guitai.tables import BARS
from tests.fixtures.voices import lay_out

pytestmark = [pytest.mark.filterwarnings("ignore:Two-key"), pytest.mark.filterwarnings("ignore:coroutine")]

REPOSITORY = Path(__file__).parents[3]
STATE = Path(os.environ.get("GUITAI__PATHS__STATE", REPOSITORY / "var" / "state"))
TUNING = {
    script.scenario.id: script.scenario
    for file in sorted((REPOSITORY / "data/scenarios/tuning").glob("*.jsonl"))
    for script in read(file)
}
CHOSEN = (
    "many_intents.1", "credit_limit.4", "interrupt_question.4", "coached_companion.4", "angry_again.1", "down_loss.1",
    "leaving.5", "open_account.2", "teller_approves.1", "repeat_again.3", "transfer_recall.4", "power_withdraw.1",
    "loan_ask.1", "account_facts.2", "card_activate.1", "utility_bill.2", "loss_cancel.1", "wait_moment.2",
    "unauth_report.4", "skip_it.4",
)  # fmt: skip
"""Twenty, of as many businesses and repair patterns as they can have."""


def config_of(models: Path) -> Config:
    return Config(paths=Paths(models=models, state=STATE))


@pytest.fixture(scope="module")
def speaking(models_dir: Path) -> Iterator[Player]:
    with Ground() as ground:
        hearing = Hearing(config_of(models_dir), speak=True)
        assert hearing.voices is not None
        lay_out(lines_of(TUNING[name] for name in CHOSEN), STATE / "voices")
        hearing.voices.rehearse(TUNING[name] for name in CHOSEN)
        yield Player(ground, hearing)


@pytest.mark.timeout(900)  # a line that changed has to be spoken first
@pytest.mark.parametrize("name", CHOSEN)
def test_by_voice(name: str, speaking: Player) -> None:
    played = speaking.play(TUNING[name])
    assert (played.misses, played.broke) == ([], []), played.heard


@pytest.mark.long
@pytest.mark.timeout(0)
def test_all_by_voice(models_dir: Path, record_property: Any) -> None:
    """What passes typed and is missed spoken is told; a script nobody passes yet is no matter of the voice."""
    scenarios: list[Scenario] = [one for one in TUNING.values() if "touch" not in one.tags]
    config = config_of(models_dir)
    typed, spoken = (play_many(config, scenarios, speak=speak) for speak in (False, True))
    found = figures(spoken)
    for name in ("pass_rate", "resolved", "cer", "mean_response_s", "turns_per_task", "asked_twice"):
        record_property(name, round(found[name].value, 3))
    right = [one for one, other in zip(spoken, typed, strict=True) if not other.misses]
    lost = [one.id for one in right if one.misses]
    record_property("scenarios", len(scenarios))
    record_property("pass_typed", len(right))
    record_property("of_them_pass_spoken", len(right) - len(lost))
    record_property("lost_by_voice", " ".join(lost))
    assert not [one.id for one in spoken if any(miss.startswith("broke") for miss in one.misses)]
    assert found["mean_response_s"].value <= BARS["dialogue"]["mean_response_s"]
    assert found["asked_twice"].value == 0
