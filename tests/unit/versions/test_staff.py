"""docs/staff.md is true: its commands give its output, and a real core serves by each change and by what was before it."""

from __future__ import annotations

import re
import shlex
import subprocess
from collections.abc import Callable
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from guitai.cli.main import cli
from guitai.cli.versions import unusable
from guitai.config import Config
from guitai.dialogue import data
from guitai.dialogue.assess import rules_of
from guitai.dialogue.book import shipped
from guitai.dialogue.speak import spoken_text
from guitai.errors import GuitaiError
from guitai.knowledge import answers
from guitai.messages.device import LinkState
from guitai.messages.session import SessionOpened
from guitai.messages.touch import Pressed
from guitai.messages.voice import AnswerGuess, CustomerSaid, Entity, IntentGuess, Understanding
from guitai.shell import books
from guitai.shell.packs import answers_store
from tests.unit.risk.signing import make_keys
from tests.unit.risk.test_daemon import daemon

PAGE = Path(__file__).parents[3] / "docs" / "staff.md"
CHANGING = re.compile(r"\b[0-9a-f]{12}\b|\d{4}-\d\d-\d\d \d\d:\d\d|(?<=:)\d+(?=:)|\d+ (?=answers|nodes|files)")
"""What other changes to the flows or answers that ship would change, too."""

Heard = Callable[[Any], str]


@pytest.fixture
def kiosk(config: Config, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    make_keys(tmp_path)
    (config.paths.keys / "journal.key").write_text("11" * 32 + "\n")
    for name in ("state", "keys"):
        monkeypatch.setenv(f"GUITAI__PATHS__{name.upper()}", str(getattr(config.paths, name)))
    monkeypatch.setenv("GUITAI__PATHS__MODELS", str(tmp_path / "no-models"))
    monkeypatch.chdir(tmp_path)
    yield config
    data.use(shipped())
    answers.use(answers.shipped())


def commands(title: str) -> list[tuple[str, list[str]]]:
    """Return the commands of a chapter, each with the lines it is said to print."""
    chapter = re.split(r"^## ", PAGE.read_text(encoding="utf-8"), flags=re.MULTILINE)
    text = next(one for one in chapter if one.startswith(title))
    found: list[tuple[str, list[str]]] = []
    for block in re.findall(r"```console\n(.*?)```", text, flags=re.DOTALL):
        for line in block.splitlines():
            if line.startswith("$ "):
                found.append((line[2:], []))
            else:
                found[-1][1].append(line)
    return found


def run(command: str) -> str:
    words = shlex.split(command)
    if words[0] == "sed":
        subprocess.run(words, check=True)
        return ""
    result: Result = CliRunner().invoke(cli, words[1:])
    error = result.exception
    if isinstance(error, GuitaiError):
        return f"{result.output}Error: {error}\n"
    assert error is None or isinstance(error, SystemExit), result.exception
    return result.output


async def served(kiosk: Config, *events: object) -> tuple[Any, SessionOpened, Path]:
    """Serve a customer by the real core; return its state, how the session began, and its log."""
    core = daemon(kiosk)
    for event in (LinkState(online=True), Pressed("begin"), *events):
        await core._take(event)
    session_id = core._state.session_id
    opened = next(one.event for one in core._journal.events(session_id))
    log = kiosk.paths.state / f"{session_id}.jsonl"
    core._journal.export(session_id, log)
    core._journal.close()
    assert isinstance(opened, SessionOpened)
    return core._state, opened, log


def loan(state: Any) -> str:
    return state.saying.key


def words_weigh(state: Any) -> str:
    return str(rules_of(state).weights["semantic"])


def price(state: Any) -> str:
    return re.findall(r"小箱每年\d+元", spoken_text(state))[0]


CALCULATE = (
    Pressed("start:loan_quote"),
    CustomerSaid(
        "一千五", 0.9, Understanding((IntentGuess("out_of_scope", 0.9),), (Entity("amount", "一千五", "1500"),))
    ),
)
ASK = (
    CustomerSaid(
        "有保管箱吗", 0.9, Understanding((IntentGuess("branch_info", 0.9),), answers=(AnswerGuess("safe-box", 0.9),))
    ),
)


@pytest.mark.parametrize(
    ("title", "events", "heard", "before", "after"),
    [
        pytest.param("A flow", CALCULATE, loan, "loan_quote.ask_months", "loan_quote.amount_unfit", id="flow"),
        pytest.param("A rule", (), words_weigh, "1700", "1900", id="rule"),
        pytest.param("An answer", ASK, price, "小箱每年300元", "小箱每年280元", id="answer"),
    ],
)
async def test_the_page_is_true_and_the_kiosk_follows(
    kiosk: Config, title: str, events: tuple[object, ...], heard: Heard, before: str, after: str
) -> None:
    names: dict[str, str] = {}
    logs: list[Path] = []
    for command, told in commands(title):
        for written, real in names.items():
            command = command.replace(written, real)
        printed = run(command)
        for line in told:
            assert CHANGING.sub("~", line) in CHANGING.sub("~", printed), printed
        if " build " in command:
            names[told[0].partition(":")[0]] = printed.partition(":")[0]
        if " copy " in command or " use " in command or " rollback " in command:
            state, _, log = await served(kiosk, *events)
            logs.append(log)
            assert heard(state) == (after if " use " in command else before), command
    for log in logs:  # also the one of the version that was taken back
        replayed = CliRunner().invoke(cli, ["replay", str(log)])
        assert replayed.exit_code == 0, replayed.output


async def test_a_session_is_served_to_its_end_by_what_it_began_with(kiosk: Config) -> None:
    core = daemon(kiosk)
    await core._take(LinkState(online=True))
    await core._take(Pressed("begin"))
    for command in (
        "guitai flows copy mine",
        "sed -i s/least_fen:.100000$/least_fen:\\ 200000/ mine/flows/loan_quote.yaml",
        "sed -i s/一千元到/两千元到/ mine/flows/loan_quote.yaml",
        "sed -i s/From.1,000/From\\ 2,000/ mine/flows/loan_quote.yaml",
        "guitai flows use mine --by 王敏 --why 起点",
    ):
        run(command)
    for event in CALCULATE:
        await core._take(event)
    assert loan(core._state) == "loan_quote.ask_months"
    broken = core._state.session_id
    core._journal.close()

    core = daemon(kiosk)  # a power cut in the middle: the session goes on with the same versions
    await core._resume()
    assert core._state.session_id == broken
    assert data.in_use().hash == shipped().hash
    core._journal.close()
    state, opened, _ = await served(kiosk, *CALCULATE)
    assert loan(state) == "loan_quote.amount_unfit"
    assert opened.flows_hash == data.in_use().hash != shipped().hash


async def test_a_version_that_does_not_check_any_more_is_not_served_by(kiosk: Config) -> None:
    run("guitai flows copy mine")
    run("guitai flows use mine --by 王敏 --why 无改动")
    store = kiosk.paths.state / "versions" / "flows"
    (used,) = (path for path in store.iterdir() if len(path.name) == 64)
    used.write_bytes(used.read_bytes().replace(b"open_deposit", b"open_depot"))
    _, opened, _ = await served(kiosk)
    assert opened.flows_hash == shipped().hash
    assert "damaged or changed" in run("guitai flows list")
    assert "damaged or changed" in unusable(kiosk)
    run("guitai flows rollback")
    assert unusable(kiosk) == ""


async def test_flows_are_checked_with_the_answers_that_the_kiosk_has(kiosk: Config) -> None:
    pack = resources.files("guitai.knowledge").joinpath("pack.jsonl").read_bytes()
    store = answers_store(kiosk.paths.state)
    store.use(store.keep(pack.replace(b'"id":"safe-box"', b'"id":"our-boxes"'), "甲", "", 0), "乙", "", 0)
    run("guitai flows copy mine")
    run("sed -i s/transfer_status:.transfer-modes/transfer_status:\\ safe-box/ mine/flows/transfer.yaml")
    assert "there is no answer safe-box" in run("guitai flows check mine")
    run("sed -i s/transfer_status:.safe-box/transfer_status:\\ our-boxes/ mine/flows/transfer.yaml")
    assert "0 mistakes" in run("guitai flows check mine")
    assert "is in use" in run("guitai flows use mine --by 王敏 --why 箱子")
    _, before, log = await served(kiosk)
    assert before.flows_hash != shipped().hash
    run("guitai knowledge rollback")  # answers change on their own: the flows stay
    books.read_book.cache_clear()
    assert unusable(kiosk) == ""
    _, after, _ = await served(kiosk)
    assert after.flows_hash == before.flows_hash
    books.read_book.cache_clear()
    replayed = CliRunner().invoke(cli, ["replay", str(log)])
    assert replayed.exit_code == 0, replayed.output


async def test_a_log_without_its_versions_says_what_is_missing(kiosk: Config, monkeypatch: pytest.MonkeyPatch) -> None:
    run("guitai flows copy mine")
    run("sed -i s/三年/三年整/ mine/flows/loan_quote.yaml")
    run("guitai flows use mine --by 王敏 --why 三年整")
    _, opened, log = await served(kiosk, Pressed("start:loan_quote"))
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(kiosk.paths.state / "elsewhere"))
    result = CliRunner().invoke(cli, ["replay", str(log)])
    assert f"flows {opened.flows_hash} is not here" in result.output
