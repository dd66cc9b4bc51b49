"""guitai rollout: publishes releases and rolls them out in stages; on a machine of headquarters (docs/updates.md)."""

from __future__ import annotations

import getpass
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from guitai import config as configuration
from guitai.clock import SystemClock
from guitai.errors import GuitaiError
from headquarters.rollout import plan

if TYPE_CHECKING:
    from headquarters.rollout.desk import Releases, Rollouts


@click.group()
def rollout() -> None:
    """Releases for the fleet, canaries first (docs/updates.md)."""


@rollout.command()
@click.argument("folder", type=click.Path(path_type=Path, exists=True))
@click.pass_obj
def publish(files: tuple[Path, ...], folder: Path) -> None:
    """Take a signed release in, for kiosks to fetch."""
    with _desk(files) as (_, releases):
        release_id, release = releases.publish(folder)
    click.echo(f"{release_id}  {release.kind}  {release.name}  for {release.compatible}")


@rollout.command()
@click.argument("release")
@click.option(
    "--kiosk", "kiosks", multiple=True, help="Only these; default: all heard of but those that are out of use."
)
@click.option("--branch", help="Only kiosks of this branch.")
@click.option("--stages", default="5,25,100", show_default=True, help="Per cent; the first are the canaries.")
@click.option("--most-failed", default=0, show_default=True, help="One more that fails or falls silent aborts.")
@click.option("--silent-s", default=93_600, show_default=True, help="From the last word of its job until it is silent.")
@click.option("--soak-s", default=3600, show_default=True, help="From the end of a stage to the next.")
@click.option("--by", default=getpass.getuser)
@click.option("--why", default="")
@click.pass_obj
def new(
    files: tuple[Path, ...], release: str, kiosks: tuple[str, ...], branch: str | None, stages: str, most_failed: int,
    silent_s: int, soak_s: int, by: str, why: str,
) -> None:  # fmt: skip
    """Roll RELEASE (the beginning of its id) out."""
    from headquarters import fleet
    from headquarters.enrolment.kiosks import Kiosks

    try:
        percents = tuple(int(part) for part in stages.split(","))
    except ValueError as error:
        raise GuitaiError("rollout.bad_plan", reason=f"stages {stages}") from error
    with _desk(files) as (desk, releases):
        gone = Kiosks(desk.engine, SystemClock()).gone()
        known = [one for one in fleet.kiosks(desk.engine) if branch in (None, one.branch) and one.kiosk not in gone]
        wanted = kiosks or tuple(one.kiosk for one in known)
        criteria = plan.Criteria(percents, most_failed, silent_s, soak_s)
        made = desk.new(releases.find(release), wanted, criteria, by, why)
    click.echo(f"{made.id}: {made.opened} canaries of {len(made.members)} kiosks")


@rollout.command("list")
@click.pass_obj
def list_(files: tuple[Path, ...]) -> None:
    """List the rollouts, oldest first."""
    with _desk(files) as (desk, _):
        for one in desk.all():
            click.echo(_line(one))


@rollout.command()
@click.argument("rollout_id")
@click.pass_obj
def show(files: tuple[Path, ...], rollout_id: str) -> None:
    """Show how a rollout stands, kiosk by kiosk."""
    with _desk(files) as (desk, _):
        one = desk.get(rollout_id)
    click.echo(_line(one))
    for member in one.members[: one.opened]:
        click.echo(f"  {member.kiosk:20} {member.standing:9} {member.reason}")


@rollout.command()
@click.argument("rollout_id")
@click.pass_obj
def pause(files: tuple[Path, ...], rollout_id: str) -> None:
    """Let nobody else have it for now."""
    _happen(files, rollout_id, plan.Paused())


@rollout.command()
@click.argument("rollout_id")
@click.pass_obj
def resume(files: tuple[Path, ...], rollout_id: str) -> None:
    """Let it go on."""
    _happen(files, rollout_id, plan.Resumed())


@rollout.command()
@click.argument("rollout_id")
@click.option("--why", default="by hand", show_default=True)
@click.pass_obj
def abort(files: tuple[Path, ...], rollout_id: str, why: str) -> None:
    """End it; kiosks that have not switched yet are called back."""
    _happen(files, rollout_id, plan.Aborted(why))


def _happen(files: tuple[Path, ...], rollout_id: str, event: plan.Event) -> None:
    with _desk(files) as (desk, _):
        click.echo(_line(desk.happen(rollout_id, event)))


def _line(one: plan.Rollout) -> str:
    told = ", ".join(f"{n} {standing}" for standing, n in Counter(m.standing for m in one.members).items())
    why = f" ({one.reason})" if one.reason else ""
    percent = one.criteria.stages[one.stage]
    return f"{one.id}  {one.release[:12]}  {one.phase}{why}  stage {one.stage + 1}: {percent} % = {one.opened} kiosks; {told}"


@contextmanager
def _desk(files: tuple[Path, ...]) -> Iterator[tuple[Rollouts, Releases]]:
    from headquarters.engine import where
    from headquarters.remote.jobs import Jobs
    from headquarters.rollout.desk import FOLDER, Releases, Rollouts
    from headquarters.store import Store

    config = configuration.load(files)
    with closing(Store(where(config))) as store:
        clock = SystemClock()
        rollouts = Rollouts(store.connection, Jobs(store.connection, clock), clock)
        yield rollouts, Releases(config.paths.state / FOLDER)
