"""The technician's terminal: three answers at most, errors in both languages, the certificate of acceptance at headquarters."""

from __future__ import annotations

import asyncio
import base64
import hashlib
from collections.abc import AsyncIterator
from pathlib import Path

import orjson
import pytest
from click.testing import CliRunner, Result

from guitai.cli.main import cli
from guitai.errors import all_codes, error_text
from guitai.keys import device_check
from guitai.provisioning import terminal
from guitai.provisioning.report import Report, Row
from guitai.provisioning.terminal import words
from tests.fixtures.hq.console import client, somebody
from tests.fixtures.hq.enrolment import Machine, Place

ROWS = (Row("CardReader", "ok", "能回答"), Row("喇叭", "attention", "没听清", "再试一次"))


@pytest.fixture
async def hq(tmp_path: Path) -> AsyncIterator[Place]:
    place = Place(tmp_path / "hq")
    async with place.serving():
        yield place


@pytest.fixture
def machine(short_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine(short_dir)
    for name in ("KEYS", "STATE", "RUN"):
        path = {"KEYS": machine.keys, "STATE": short_dir / "state", "RUN": short_dir}[name]
        monkeypatch.setenv(f"GUITAI__PATHS__{name}", str(path))
    return machine


async def provision(machine: Machine, *options: str, typed: str | None = None) -> Result:
    command = ["provision", "--etc", str(machine.etc), "--no-start", *options]
    if typed is None:
        command.append("--yes")
    return await asyncio.to_thread(CliRunner().invoke, cli, command, typed)


def tested(monkeypatch: pytest.MonkeyPatch, *rows: Row) -> None:
    """The self-test has its own test; here it is about what becomes of its report."""

    async def run(config, options, say, lang, tell):
        del options, say, lang
        for row in rows:
            tell(row)
        return Report(config.kiosk.id, config.kiosk.branch, 1_800_000_000_000, "0", "ab", "2030-01-01", "file", rows)

    monkeypatch.setattr("guitai.provisioning.selftest.run", run)


async def test_three_answers_make_a_kiosk(hq: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    tested(monkeypatch, *ROWS)
    monkeypatch.setattr("guitai.cli.provision.a_person", lambda: True)
    asked = [hq.code().text(), hq.address, "y"]
    done = await provision(machine, typed="\n".join(asked) + "\n")
    assert done.exit_code == 0, (done.output, done.exception)
    assert "这台机器现在是网点 heping 的 kiosk-007" in done.output
    assert "验收通过" in done.output
    assert len(asked) <= 3
    kept = hq.desk.kiosks.document("kiosk-007", "acceptance")
    pdf = base64.b64decode(kept["pdf"])
    assert pdf == (machine.folder / "state" / "acceptance.pdf").read_bytes()
    assert pdf.startswith(b"%PDF-")
    assert hashlib.sha256(pdf).hexdigest() == kept["pdf_sha256"]
    assert [row["part"] for row in kept["report"]["rows"]] == ["CardReader", "喇叭"]
    signed = orjson.dumps({k: kept[k] for k in ("report", "pdf_sha256")}, option=orjson.OPT_SORT_KEYS)
    assert device_check(machine.keys / "kiosk.crt")(signed, base64.b64decode(kept["signature"]))


async def test_what_stops_customers_is_not_accepted_but_told(
    hq: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    tested(monkeypatch, Row("客户摄像头", "stop", "没有画面", "检查接线"))
    done = await provision(machine, "--code", hq.code().scanned())
    assert done.exit_code == 3
    assert "→ 检查接线" in done.output
    assert hq.desk.kiosks.document("kiosk-007", "acceptance")["report"]["passed"] is False
    tested(monkeypatch, *ROWS)
    hq.clock.now_ms += 1
    assert (await provision(machine, "--test")).exit_code == 0
    assert hq.desk.kiosks.document("kiosk-007", "acceptance")["report"]["passed"] is True


async def test_an_error_is_said_in_both_languages_with_the_next_step(hq: Place, machine: Machine) -> None:
    code = hq.code().scanned()
    wrong = ("0" if code[0] != "0" else "1") + code[1:]
    done = await provision(machine, "--code", wrong)
    assert done.exit_code == 1
    for part in ("enrolment.bad_code", "注册码不对", "This is no claim code", "Type it again"):
        assert part in done.output
    assert "Traceback" not in done.output
    missing = await provision(machine)
    assert "none was given" in missing.output


async def test_renew_and_leave_from_the_command_line(
    hq: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert (await provision(machine, "--code", hq.code().scanned(), "--no-test")).exit_code == 0
    assert "还不用换" in (await provision(machine, "--renew")).output
    assert "已换新" in (await provision(machine, "--renew", "--now")).output
    refused = await provision(machine, "--decommission", "--abandon")
    assert "enrolment.not_wanted" in refused.output
    hq.desk.kiosks.decommission("kiosk-007")
    assert "已销毁" in (await provision(machine, "--decommission", "--abandon")).output
    assert "enrolment.not_enrolled" in (await provision(machine, "--renew")).output
    del monkeypatch


async def test_headquarters_commands(hq: Place, machine: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    def guitai(*command: str) -> str:
        environment = {
            "GUITAI__PATHS__KEYS": str(hq.keys), "GUITAI__PATHS__STATE": str(hq.config.paths.state),
            "GUITAI__HEADQUARTERS__PORT": str(hq.config.headquarters.port),
        }  # fmt: skip
        done = CliRunner().invoke(cli, ["enrolment", *command], env=environment)
        assert done.exit_code == 0, (done.output, done.exception)
        return done.output

    tested(monkeypatch, *ROWS)
    made = orjson.loads(guitai("new", "--branch", "heping", "--kiosk", "kiosk-007", "--days", "2", "--json"))
    assert "code until" in guitai("list")
    assert (await provision(machine, "--code", made["scanned"])).exit_code == 0
    (row,) = orjson.loads(guitai("list", "--json"))
    assert (row["state"], row["accepted_ms"] is not None) == ("live", True)
    guitai("acceptance", "kiosk-007", str(machine.folder / "a.pdf"))
    assert (machine.folder / "a.pdf").read_bytes().startswith(b"%PDF-")
    guitai("move", "kiosk-007", "--branch", "pingan")
    assert "moves to pingan" in guitai("list")
    guitai("decommission", "kiosk-007")
    assert (await provision(machine, "--decommission", "--abandon")).exit_code == 0
    assert '"destroyed"' in guitai("proof", "kiosk-007")
    deeds = [one.deed for one in hq.audit.page(None, 50) if one.who.startswith("local:")]
    assert set(deeds) == {"enrolment.new", "enrolment.move", "enrolment.decommission"}


async def test_the_console_makes_codes_for_those_who_run_the_fleet(hq: Place, tmp_path: Path) -> None:
    from headquarters.app import make_app
    from tests.fixtures.hq.console import services

    here = services(hq.store, hq.clock)
    app = make_app(None, here, None, None, None, None, None, hq.desk)
    async with client(app, here, somebody(roles=["technician"])) as technician:
        made = await technician.post("/api/enrolment", json={"kiosk": "kiosk-007", "branch": "heping"})
        assert made.status_code == 201
        bad = await technician.post("/api/enrolment", json={"kiosk": "k", "branch": "b", "profile": {"paths": {}}})
        assert bad.json()["code"] == "enrolment.bad_profile"
        kiosk = Machine(tmp_path / "k")
        await kiosk.join(made.json()["scanned"])
        (row,) = (await technician.get("/api/enrolment")).json()
        assert row["state"] == "live"
        assert (await technician.post("/api/enrolment/kiosk-007/revoke", json={"reason": "stolen"})).status_code == 204
        assert (await technician.post("/api/enrolment/kiosk-1/revoke", json={"reason": "x"})).status_code == 404
    async with client(app, here, somebody(roles=["teller"])) as teller:
        assert (await teller.post("/api/enrolment", json={"kiosk": "k", "branch": "b"})).status_code == 403
    assert hq.states() == ["revoked"]
    assert made.json()["shown"] not in orjson.dumps([one.detail for one in hq.audit.page(None, 50)]).decode()


def test_everything_is_said_in_both_languages() -> None:
    import tomllib

    table = tomllib.loads(Path(terminal.__file__).with_name("words.toml").read_text(encoding="utf-8"))
    assert all(set(entry) == {"zh", "en"} and all(entry.values()) for entry in table.values())
    assert words("en")("joined", kiosk="k", branch="b") == "This machine is k of branch b now."
    for code in all_codes():
        if code.startswith("enrolment."):
            assert error_text(code).zh
            assert error_text(code).next
