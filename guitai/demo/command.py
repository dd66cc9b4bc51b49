"""guitai demo: scripted customers end to end, or the branch left up for a person."""

from __future__ import annotations

import asyncio
import signal
import sys
from pathlib import Path

import click
from rich.console import Console

from guitai import config as configuration
from guitai.config import Config
from guitai.demo import report
from guitai.demo.identity import PEOPLE
from guitai.demo.scenes import SCENES


@click.command()
@click.option("--interactive", is_flag=True, help="Leave the branch up for a person; Ctrl-C ends it.")
@click.option(
    "--scene", "wanted", multiple=True, type=click.Choice(list(SCENES)), help="Only this scene; may be repeated."
)
@click.option(
    "--folder",
    type=click.Path(path_type=Path),
    default=Path("build/demo"),
    show_default=True,
    help="Where the proof goes.",
)
@click.pass_obj
def demo(files: tuple[Path, ...], interactive: bool, wanted: tuple[str, ...], folder: Path) -> None:
    """Start the whole branch with simulated devices and serve scripted customers; non-zero exit if anything failed."""
    from guitai.demo.run import play

    base = configuration.load(files)
    folder = folder.resolve()
    if interactive:
        asyncio.run(_stay_up(folder, base))
        return
    scenes = asyncio.run(play(folder, base, wanted or tuple(SCENES)))
    held = report.show(scenes, Console(width=150))
    click.echo(f"Screens, event logs, headquarters' copies and process logs: {folder}")
    sys.exit(0 if held else 1)


async def _stay_up(folder: Path, base: Config) -> None:
    from guitai.demo.branch import own_senses
    from guitai.demo.run import open_branch

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    senses = own_senses()
    async with open_branch(folder, base, (), senses) as stage:
        config = stage.branch.config
        click.echo(f"The branch is up. Teller page: https://127.0.0.1:{config.headquarters.port}/")
        known = ", ".join(f"{id_} {claims['roles'][0]}" for id_, claims in PEOPLE.items())
        click.echo(f"Log in there as one of (no password in the demo): {known}")
        panel = f"GUITAI__PATHS__RUN={config.paths.run} guitai hands"
        click.echo(f"Device panel: {panel} --help")
        if "SOUND__MICROPHONE" not in senses:
            click.echo(f"No microphone here; type instead of speaking: {panel} say 我想查余额")
        click.echo("Ctrl-C ends it.")
        await stop.wait()
