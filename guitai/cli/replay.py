"""`guitai replay FILE`: is this session log untouched, and does today's program decide the same?"""

from __future__ import annotations

from pathlib import Path

import click

from guitai import config as configuration
from guitai import session
from guitai.errors import GuitaiError
from guitai.journal import recording
from guitai.messages.session import SessionOpened
from guitai.replay import replay as run_again
from guitai.shell.books import take_recorded


@click.command("replay")
@click.argument("file", type=click.Path(path_type=Path))
@click.pass_obj
def replay(files: tuple[Path, ...], file: Path) -> None:
    """Verify a session log (*.jsonl) and run it through the session core again, with the flows and answers it began with.

    Exits 0 if every effect is identical to the recorded one, 1 at the first difference or at an altered line.
    """
    try:
        recorded = recording.read(file)
    except GuitaiError as error:
        raise click.ClickException(error.english()) from error
    opened = next(
        (step.occurred.event for step in recorded.steps if isinstance(step.occurred.event, SessionOpened)), None
    )
    if opened is not None:
        for lost in take_recorded(configuration.load(files).paths.state, opened):
            click.echo(f"{lost} is not here; what is in use here stands in for it", err=True)
    difference = run_again(recorded, session.initial(), session.step)
    if difference is None:
        click.echo(f"{file}: {len(recorded.steps)} events, chain intact, effects identical")
        return
    click.echo(f"{file}:{difference.line}: {difference.event} leads to other effects than recorded")
    click.echo(f"  recorded: {difference.expected or '(nothing)'}")
    click.echo(f"  now:      {difference.got or '(nothing)'}")
    raise SystemExit(1)
