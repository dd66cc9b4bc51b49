"""The terminal in which a technician provisions: three answers at most, each step told in a line, each error with its next step."""

from __future__ import annotations

import asyncio
import tomllib
from collections.abc import Callable
from importlib import resources
from pathlib import Path

import click

from guitai.config import Config
from guitai.errors import GuitaiError
from guitai.provisioning import decommission as leaving
from guitai.provisioning import join as joining
from guitai.provisioning import renew as renewing
from guitai.provisioning.units import start_units
from guitai.wire.claims import Claim, parse

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
        if self._start and start_units():
            click.echo(self.say("started"))

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


def words(lang: str) -> Callable[..., str]:
    """Return what says a sentence of words.toml in a language."""
    table = tomllib.loads(resources.files("guitai.provisioning").joinpath("words.toml").read_text(encoding="utf-8"))

    def say(key: str, **values: object) -> str:
        return str(table[key][lang]).format(**values)

    return say
