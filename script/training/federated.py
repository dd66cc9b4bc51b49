"""Learns the risk weights from branches by Flower, with and without differential privacy, and writes down how near it comes.

The branches are drawn (script/federated says how many), each with a CSV file of its own that only its ClientApp opens:
six r and a label, as `guitai eval risk` reads. ServerApp and ClientApp are those a real federation would run; here
messages go from one to the other within this process instead of through a SuperLink. Accounting by Google's dp-accounting.
"""

from __future__ import annotations

import argparse
import csv
import logging
import random
import tempfile
import time
from collections.abc import Iterable
from functools import cache
from pathlib import Path

import numpy as np
from flwr.app import ArrayRecord, ConfigRecord, Context, Message, MetricRecord, RecordDict
from flwr.clientapp import ClientApp
from flwr.serverapp import Grid, NeighboringRelation, PrivacyConfig, RdpAccountant, SamplingMethod
from flwr.serverapp.strategy import DifferentialPrivacyServerSideFixedClipping, FedAvg
from flwr.supercore.run import Run
from flwr.supercore.task_identity import TaskIdentity

from guitai.cli.risk_events import read_events
from guitai.messages.risk import Factor
from guitai.risk.rules import FACTORS, WEIGHT_SUM, shipped
from headquarters.review.branches import finish, start, step
from headquarters.review.fit import Data, fit

DELTA = 1e-4
"""Below one in the number of branches."""

NOISE, CLIP = 9.0, 0.5
"""Noise multiplier, and the most one branch's step may move the point (its coordinates: headquarters/review/branches.py)."""

PRIVATE_ROUNDS, ROUNDS = 60, 400
TAIL = 20
"""With noise, the mean of so many last points: that is free of privacy cost, and steadier."""

TOLERANCE, PRIVATE_TOLERANCE = 10, 60
"""Of 10,000: the most a weight may differ from the nightly fit's."""

branch = ClientApp()


@cache
def cases_in(*files: Path) -> Data:
    """Return the cases of files; cached, since hundreds of rounds come by."""
    events = [event for file in files for event in read_events(file)]
    r = np.array([[float(event.r[name]) / 100 for name in FACTORS] for event in events])
    return Data(r, np.array([float(event.fraud) for event in events]), np.ones(len(events)))


@branch.train()
def train(message: Message, context: Context) -> Message:
    """Return the point one step further by the branch's own cases."""
    data = cases_in(Path(str(context.node_config["cases"])))
    point = message.content.array_records["arrays"].to_numpy_ndarrays()[0]
    count = 1 if message.content.config_records["config"]["private"] else len(data.fraud)
    records = {
        "arrays": ArrayRecord([step(point, data, shipped())]),
        "metrics": MetricRecord({"num-examples": count}),
    }
    return Message(content=RecordDict(records), reply_to=message)


class InProcess(Grid):
    """Hands a message to the branch it is for, and its answer back."""

    def __init__(self, files: list[Path]) -> None:
        self._contexts = {
            n: Context(0, n, {"cases": str(file)}, RecordDict(), {}) for n, file in enumerate(files, start=1)
        }
        self._answers: dict[str, Message] = {}
        TaskIdentity.task_id = TaskIdentity.run_id = TaskIdentity.node_id = (
            0  # who writes a message; a SuperLink would have set it
        )

    def set_run(self, run: Run) -> None:
        """Take nothing: there is one run."""

    @property
    def run(self) -> Run:
        """Return the run."""
        return Run.create_empty(run_id=0)

    def create_message(
        self, content: RecordDict, message_type: str, dst_node_id: int, group_id: str, ttl: float | None = None
    ) -> Message:
        """Return a message to a branch."""
        return Message(content, dst_node_id=dst_node_id, message_type=message_type, group_id=group_id, ttl=ttl)

    def get_node_ids(self) -> Iterable[int]:
        """Return the branches' numbers."""
        return self._contexts

    def push_messages(self, messages: Iterable[Message]) -> Iterable[str]:
        """Have each branch work on its message."""
        names = []
        for message in messages:
            name = str(len(self._answers))
            self._answers[name] = branch(message, self._contexts[message.metadata.dst_node_id])
            names.append(name)
        return names

    def pull_messages(self, message_ids: Iterable[str]) -> Iterable[Message]:
        """Return the answers."""
        return [self._answers.pop(name) for name in message_ids]

    def send_and_receive(self, messages: Iterable[Message], *, timeout: float | None = None) -> Iterable[Message]:
        """Return every branch's answer."""
        return self.pull_messages(self.push_messages(messages))


def draw(folder: Path, branches: int, cases: int, seed: int) -> list[Path]:
    """Write each branch's cases; branches differ in size and in how often fraud strikes."""
    chance = random.Random(seed)
    files = []
    for n in range(branches):
        fraud_share = chance.uniform(0.1, 0.4)
        file = folder / f"branch-{n}.csv"
        with file.open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow([*FACTORS, "label"])
            for _ in range(chance.randint(cases // 2, cases * 3 // 2)):
                fraud = chance.random() < fraud_share
                r = {name: chance.gauss(35 if fraud else 25, 15) for name in FACTORS}
                r["semantic"] = chance.gauss(42 if fraud else 28, 18)
                writer.writerow([*(round(min(100.0, max(0.0, r[name])), 2) for name in FACTORS), int(fraud)])
        files.append(file)
    return files


def learn(files: list[Path], *, private: bool) -> tuple[dict[Factor, int], float | None]:
    """Return the weights that the branches reach together, and the epsilon spent."""
    grid = InProcess(files)
    average = FedAvg(fraction_evaluate=0.0, min_train_nodes=len(files), min_available_nodes=len(files))
    rounds = PRIVATE_ROUNDS if private else ROUNDS
    initial, config = ArrayRecord([start(shipped())]), ConfigRecord({"private": private})
    if not private:
        result = average.start(grid, initial, num_rounds=rounds, train_config=config)
        return finish(result.arrays.to_numpy_ndarrays()[0], shipped()), None
    accountant = RdpAccountant(
        PrivacyConfig(DELTA, len(files), NeighboringRelation.ADD_OR_REMOVE_ONE, SamplingMethod.NO_AMPLIFICATION)
    )
    strategy = DifferentialPrivacyServerSideFixedClipping(average, NOISE, CLIP, len(files), accountant=accountant)
    points: list[np.ndarray] = []
    strategy.start(
        grid,
        initial,
        num_rounds=rounds,
        train_config=config,
        evaluate_fn=lambda _, arrays: points.append(arrays.to_numpy_ndarrays()[0].copy()),
    )
    return finish(np.mean(points[-TAIL:], axis=0), shipped()), accountant.get_privacy_spent().epsilon


def main() -> int:
    """Write the page; return 1 if a tolerance does not hold."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("page", type=Path)
    parser.add_argument("--branches", type=int, default=100)
    parser.add_argument("--private-branches", type=int, default=1000)
    parser.add_argument("--cases", type=int, default=20)
    parser.add_argument("--seed", type=int, default=7)
    options = parser.parse_args()
    logging.getLogger("flwr").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory() as name:
        files = draw(Path(name), options.private_branches, options.cases, options.seed)
        began = time.perf_counter()
        few = files[: options.branches]
        wanted, (plain, _) = fit(cases_in(*few), shipped()), learn(few, private=False)
        private_wanted, (hidden, epsilon) = fit(cases_in(*files), shipped()), learn(files, private=True)
        seconds = time.perf_counter() - began
    columns = (shipped().weights, wanted, plain, private_wanted, hidden)
    rows = [f"| {name} | " + " | ".join(str(column[name]) for column in columns) + " |" for name in FACTORS]
    apart, private_apart = (_apart(*some) for some in ((wanted, plain), (private_wanted, hidden)))
    text = [
        "# Learning from branches that keep their cases", "",
        f"`script/federated`: Flower, drawn branches with about {options.cases} cases each, seed {options.seed}; {seconds:.0f} s. "
        f"Weights per {WEIGHT_SUM:,}.", "",
        f"| factor | in use | nightly fit, the cases of {len(few)} branches in one place | {len(few)} branches | "
        f"nightly fit, {len(files)} branches | {len(files)} branches, private |",
        "|---|---|---|---|---|---|", *rows, "",
        f"- Greatest difference from the nightly fit: {apart} (tolerance {TOLERANCE}) after {ROUNDS} rounds.",
        f"- Private: {private_apart} (tolerance {PRIVATE_TOLERANCE}) after {PRIVATE_ROUNDS} rounds; epsilon {epsilon:.2f} at "
        f"delta {DELTA:g}, one branch with all its cases more or less; clipping norm {CLIP}, noise multiplier {NOISE}, Rényi accounting.",
        "", "The noise is drawn anew every time: the private column differs from run to run.",
    ]  # fmt: skip
    options.page.write_text("\n".join(text) + "\n", encoding="utf-8")
    print("\n".join(text))
    return 0 if apart <= TOLERANCE and private_apart <= PRIVATE_TOLERANCE else 1


def _apart(some: dict[Factor, int], other: dict[Factor, int]) -> int:
    return max(abs(some[name] - other[name]) for name in FACTORS)


if __name__ == "__main__":
    raise SystemExit(main())
