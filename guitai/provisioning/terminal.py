"""The terminal in which a technician provisions: three answers at most, each step told in a line, each error with its next step."""

from __future__ import annotations

import asyncio
import sys
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import click

from guitai.config import ETC, Config, load
from guitai.errors import GuitaiError
from guitai.provisioning import acceptance, selftest
from guitai.provisioning import decommission as leaving
from guitai.provisioning import join as joining
from guitai.provisioning import renew as renewing
from guitai.provisioning.renew import shown
from guitai.provisioning.report import Report, Row
from guitai.provisioning.units import start_units
from guitai.wire.claims import Claim, parse
from guitai.wire.whole import write_whole
from kiosk_ui.fonts import find

PAGE = "acceptance.pdf"
"""The certificate of acceptance, in the state folder."""

NOT_ACCEPTED = 3
"""Exit code: joined, but customers cannot be served yet."""

WORD = "销毁"
"""What is typed before keys are destroyed."""


class Desk:
    """One run of the command."""

    def __init__(
        self, config: Config, files: tuple[Path, ...], etc: Path, lang: str, *, ask: bool, start: bool
    ) -> None:
        self._config, self._files, self._etc, self._ask, self._start = config, files, etc, ask, start
        self.say = words(lang)
        self._lang = lang

    def join(self, code: str | None, address: str, *, test: bool) -> None:
        """Join headquarters, start, test, and leave the certificate of acceptance there."""
        claim = self._claim(code)
        address = self._address(claim, address)
        if self._ask and not click.confirm(self.say("sure", address=address), default=True):
            raise click.Abort
        done = joining.join(self._config, self._etc, claim, address, lambda step: click.echo(self.say(step)))
        given = done.given
        click.echo(self.say("joined", kiosk=given.kiosk, branch=given.branch))
        if done.not_sealed:
            click.echo(self.say("not_sealed", reason=done.not_sealed))
        started = self._start and start_units()
        if started:
            click.echo(self.say("started"))
        if test:
            self.test(wait=started)

    def test(self, *, wait: bool) -> None:
        """Test the kiosk and leave the certificate of acceptance at headquarters. Exits 3 if it did not pass."""
        config = load(self._files, etc=self._etc)
        address = renewing.address_of(config, self._etc)
        click.echo(self.say("testing"))
        report = asyncio.run(self._tested(config, wait))
        page = acceptance.certificate(report, find(config.paths.state).regular, self._lang)
        body = acceptance.document(report, page, config.paths.keys)
        path = config.paths.state / PAGE
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, page, 0o644)
        with shown(config.paths.keys, address) as headquarters:
            headquarters.leave("acceptance", body, config.paths.keys / joining.COMMAND_KEY)
        click.echo(self.say("passed" if report.passed else "failed", path=path))
        if not report.passed:
            sys.exit(NOT_ACCEPTED)

    async def _tested(self, config: Config, wait: bool) -> Report:
        if wait:
            await selftest.until_up(config)
        extra = [] if self._etc == ETC else sorted(self._etc.glob("*.toml"))
        options = [word for file in (*extra, *self._files) for word in ("--config", str(file.resolve()))]
        return await selftest.run(config, options, self.say, self._lang, _show)

    def renew(self, *, now: bool, abandon: bool) -> None:
        """Renew the certificate if it is time."""
        outcome, given = asyncio.run(renewing.renew(self._config, self._etc, now=now, abandon=abandon))
        values = {"kiosk": given.kiosk, "branch": given.branch} if given else {}
        click.echo(self.say(outcome, **values))

    def decommission(self, *, abandon: bool) -> None:
        """Destroy the keys."""
        if self._ask:
            click.echo(self.say("destroys"))
            if click.prompt(self.say("word"), default="", show_default=False) != WORD:
                raise click.Abort
        proof = asyncio.run(leaving.decommission(self._config, self._etc, abandon=abandon))
        click.echo(self.say("destroyed", count=len(proof.destroyed) + 1, lost=proof.undelivered))

    def _claim(self, code: str | None) -> Claim | None:
        """Return the claim; a joining that was cut off needs none."""
        if code:
            return parse(code)
        kept = joining.pending(self._config)
        if kept is not None:
            click.echo(self.say("goes_on"))
            return kept
        if not self._ask:
            raise GuitaiError("enrolment.bad_code", reason="none was given (--code)")
        return parse(str(click.prompt(self.say("code"))))

    def _address(self, claim: Claim | None, address: str) -> str:
        if address or (claim is not None and claim.address):
            return address or (claim.address if claim is not None else "")
        if not self._ask:
            raise GuitaiError("enrolment.no_address")
        return str(click.prompt(self.say("address")))


def _show(row: Row) -> None:
    click.echo(f"  {acceptance.SIGNS[row.level]} {row.part}: {row.says}")
    if row.then:
        click.echo(f"      → {row.then}")


def words(lang: str) -> Callable[..., str]:
    """Return what says a sentence of words.toml in a language."""
    table = tomllib.loads(resources.files("guitai.provisioning").joinpath("words.toml").read_text(encoding="utf-8"))

    def say(key: str, **values: object) -> str:
        return str(table[key][lang]).format(**values)

    return say
