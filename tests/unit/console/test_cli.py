"""guitai service second-factor, log-out and audit, on headquarters' machine."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pyotp
import pytest
from click.testing import CliRunner

from guitai.cli.main import cli
from guitai.cli.provision import provision_all
from guitai.clock import SystemClock
from guitai.config import Config, load
from guitai.demo.identity import SUPERVISOR, TELLER
from guitai.errors import GuitaiError
from guitai.wire.commands import load_private
from headquarters.console.audit import Audit
from headquarters.console.logins import Logins
from headquarters.console.second_factor import SecondFactors
from headquarters.engine import where
from headquarters.store import Store
from tests.fixtures.hq.console import somebody


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    found = {"GUITAI__PATHS__STATE": str(tmp_path / "state"), "GUITAI__PATHS__KEYS": str(tmp_path / "keys")}
    provision_all(load([], found, tmp_path))
    return found


def test_a_new_secret_lets_its_codes_in_and_stands_in_the_audit(environment: dict[str, str], tmp_path: Path) -> None:
    result = CliRunner().invoke(cli, ["service", "second-factor", "0701"], env=environment)
    assert result.exit_code == 0, result.output
    totp = pyotp.parse_uri(result.output.strip().splitlines()[-1])
    assert isinstance(totp, pyotp.TOTP)
    config: Config = load([], environment, tmp_path)
    with closing(Store(where(config))) as store:
        clock = SystemClock()
        factors = SecondFactors(store.connection, load_private(config.paths.keys / "command.key"), clock)
        factors.check("0701", totp.at(clock.unix_ms() // 1000))
        assert [one.deed for one in Audit(store.connection, clock).page(None, 10)] == ["second_factor.enrolled"]


def test_somebody_who_left_the_bank_is_logged_out(environment: dict[str, str], tmp_path: Path) -> None:
    with closing(Store(where(load([], environment, tmp_path)))) as store:
        logins = Logins(store.connection, SystemClock())
        tokens = [logins.begin(somebody(sub)).token for sub in (TELLER, TELLER, SUPERVISOR)]
        result = CliRunner().invoke(cli, ["service", "log-out", TELLER], env=environment)
        assert result.output == "2 sessions ended\n"
        for token in tokens[:2]:
            with pytest.raises(GuitaiError, match=r"hq\.not_logged_in"):
                logins.of(token)
        assert logins.of(tokens[2]).person.id == SUPERVISOR


def test_the_whole_chain_is_checked(environment: dict[str, str], tmp_path: Path) -> None:
    with closing(Store(where(load([], environment, tmp_path)))) as store:
        for n in range(3):
            Audit(store.connection, SystemClock()).write(None, f"deed.{n}")
        whole = CliRunner().invoke(cli, ["service", "audit"], env=environment)
        assert (whole.exit_code, whole.output) == (0, "3 lines, whole up to line 3\n")
        store.connection.execute("DROP TRIGGER console_audit_kept")
        store.connection.execute("UPDATE console_audit SET who = 'x' WHERE n = 2")
    broken = CliRunner().invoke(cli, ["service", "audit"], env=environment)
    assert (broken.exit_code, broken.output) == (1, "3 lines, whole up to line 1\n")
