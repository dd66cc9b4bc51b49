"""guitai risk: a person without Python changes a rule, checks it, signs it, uses it and takes it back."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from guitai.cli.main import cli
from guitai.errors import GuitaiError
from guitai.journal.chain import GENESIS, link
from guitai.journal.recording import Recorded, write
from guitai.messages.codec import to_data
from guitai.messages.voice import ScamSignal
from guitai.shell.known_devices import KnownDevices
from tests.unit.session.world import World

from .signing import make_keys, text_of


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("GUITAI__PATHS__STATE", str(tmp_path / "state"))
    monkeypatch.setenv("GUITAI__PATHS__KEYS", str(make_keys(tmp_path)))
    monkeypatch.chdir(tmp_path)

    def call(*arguments: str) -> Result:
        return CliRunner().invoke(cli, ["risk", *arguments], catch_exceptions=False)

    return call


def test_a_rule_is_changed_checked_signed_used_and_taken_back(run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text_of(2, 1900), encoding="utf-8")
    assert "version 2" in run("rules", "check", "mine.toml").output
    run("rules", "sign", "mine.toml", "--by", "王敏")
    assert "semantic   0.1900" in run("rules", "check", "mine.json").output
    run("rules", "use", "mine.json")
    listed = run("rules", "list").output.splitlines()
    assert "in use" not in listed[0]
    assert "in use" in listed[1]
    assert "王敏" in listed[1]
    assert "ships with this software" in run("rules", "rollback").output
    assert "in use" in run("rules", "list").output.splitlines()[0]


def test_a_mistake_names_file_line_and_key(run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text_of(2).replace("device_clean", "device_claen"), encoding="utf-8")
    with pytest.raises(GuitaiError, match=r"mine\.toml: line \d+: bands\.device_claen: no such key"):
        run("rules", "check", "mine.toml")


@pytest.mark.parametrize(
    ("name", "by", "told"), [("mine.json", "x", "not TOML"), ("mine.toml", "x" * 81, "approved_by")]
)
def test_what_cannot_be_signed_is_refused_and_overwrites_nothing(
    run, tmp_path: Path, name: str, by: str, told: str
) -> None:
    (tmp_path / "mine.toml").write_text(text_of(2), encoding="utf-8")
    run("rules", "sign", "mine.toml", "--by", "王敏")
    before = (tmp_path / "mine.json").read_bytes()
    with pytest.raises(GuitaiError, match=rf"risk\.bad_rules.*{told}"):
        run("rules", "sign", name, "--by", by)
    assert (tmp_path / "mine.json").read_bytes() == before


def test_shadow(run, tmp_path: Path) -> None:
    (tmp_path / "mine.toml").write_text(text_of(2), encoding="utf-8")
    run("rules", "sign", "mine.toml", "--by", "x")
    assert "without effect" in run("rules", "shadow", "mine.json").output
    assert "on trial" in run("rules", "list").output
    run("rules", "shadow", "--off")
    assert "on trial" not in run("rules", "list").output
    assert run("rules", "shadow").exit_code == 2


def test_watch_list(run, tmp_path: Path) -> None:
    assert "no list" in run("watch", "show").output
    (tmp_path / "numbers.txt").write_text("6217000012349914471  # reported\n\n6228 4800 7888 1237 750\n")
    run("watch", "make", "numbers.txt", "--version", "1", "--out", "w.json")
    assert "6217" not in (tmp_path / "w.json").read_text()
    assert "2 accounts" in run("watch", "use", "w.json").output
    assert run("watch", "show").exit_code == 0
    (tmp_path / "state" / "watch" / "list.json").unlink()
    gone = run("watch", "show")
    assert (gone.exit_code, "stale" in gone.output) == (1, True)


def test_a_line_that_is_no_account_is_named_but_not_shown(run, tmp_path: Path) -> None:
    (tmp_path / "numbers.txt").write_text("6217000012349914471\n62170000x\n")
    with pytest.raises(GuitaiError, match="line 2") as caught:
        run("watch", "make", "numbers.txt", "--version", "1", "--out", "w.json")
    assert "62170000" not in str(caught.value)


def logged(world: World, path: Path) -> None:
    steps, previous = [], GENESIS
    for occurred, effects in world.record:
        data = [to_data(effect) for effect in effects]
        digest = link(previous, occurred.seq, occurred.at_ms, to_data(occurred.event), data)
        steps.append(Recorded(occurred, effects, previous, digest))
        previous = digest
    write(path, "S1", "kiosk-001", steps)


def test_a_log_is_explained_to_each_reader(run, tmp_path: Path) -> None:
    world = World()
    world.open()
    world.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    world.insert_card()
    world.press("confirm")
    logged(world, tmp_path / "s.jsonl")
    assert run("explain", "s.jsonl", "--reader", "customer").output == "请您再核对一遍，确认后就办。\n"
    assert "login" not in run("explain", "s.jsonl").output
    assert "card's region 0.25" in run("explain", "s.jsonl", "--lang", "en").output
    whole = json.loads(run("explain", "s.jsonl", "--reader", "auditor").output)
    assert (whole["session_id"], whole["rules_version"], whole["inputs"]["amount"]) == ("S1", 1, 30_000)
    assert whole["replaced_by"] is None


def test_of_a_decision_that_changed_the_customer_hears_what_stood(run, tmp_path: Path) -> None:
    world = World()
    world.open()
    world.insert_card()
    world.say("给陈浩然转三百", "transfer", payee="陈浩然", amount="300")
    world.say("警察要核查", "fraud_help", scam=ScamSignal(0.4, "weak", "police_impersonation", ("核查",)))
    logged(world, tmp_path / "s.jsonl")
    first, last = (json.loads(ln) for ln in run("explain", "s.jsonl", "--reader", "auditor").output.splitlines())
    assert (first["level"], last["level"]) == ("low", "medium")
    assert (first["replaced_by"], last["replaced_by"]) == (last["risk_ref"], None)
    assert run("explain", "s.jsonl", "--reader", "customer").output == f"{last['explained_to_the_customer']['zh']}\n"
    told = run("explain", "s.jsonl", "--lang", "en").output
    assert f"{first['risk_ref']}  (decided again since, what counts is {last['risk_ref']})" in told


def test_known_devices_are_shown_and_forgotten(run, tmp_path: Path) -> None:
    known = KnownDevices(tmp_path / "state")
    (tmp_path / "state").mkdir()
    assert known.changed({"card_reader": "a1"}) == []
    assert run("devices").output == "card_reader  a1\n"
    run("devices", "--forget")
    assert run("devices").output == ""
    (tmp_path / "state" / "known_devices.json").write_text("{")
    assert run("devices").exit_code == 1
