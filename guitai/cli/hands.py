"""guitai hands: the simulated devices' panel. PIN digits go straight to the simulated pad, never through the kiosk."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from guitai import config as configuration
from guitai.cli.hand import do
from guitai.cli.hands_desk import COMMANDS
from guitai.money import FEN_PER_YUAN
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect


@click.group(name="hands")
def hands() -> None:
    """Work the simulated devices of a running branch (set GUITAI__PATHS__RUN to its run folder)."""


for _command in COMMANDS:
    hands.add_command(_command)


@hands.command()
@click.argument("number")
@click.pass_obj
def insert_card(files: tuple[Path, ...], number: str) -> None:
    """Put the card with this number into the slot."""
    do(files, lambda h: h.insert_card(number))


@hands.command()
@click.pass_obj
def take_card(files: tuple[Path, ...]) -> None:
    """Take the card from the exit slot."""
    do(files, lambda h: h.take_card())


@hands.command()
@click.pass_obj
def empty_retain_bin(files: tuple[Path, ...]) -> None:
    """Take all kept cards out of the card reader."""
    do(files, lambda h: h.empty_retain_bin())


@hands.command()
@click.option("--digits", prompt=True, hide_input=True, help="Asked for without echo when left out.")
@click.pass_obj
def type_pin(files: tuple[Path, ...], digits: str) -> None:
    """Type a PIN on the simulated pad and press enter."""
    do(files, lambda h: h.type_pin(digits))


@hands.command()
@click.pass_obj
def cancel_pin(files: tuple[Path, ...]) -> None:
    """Press the pad's cancel key."""
    do(files, lambda h: h.cancel_pin())


@hands.command()
@click.pass_obj
def take_notes(files: tuple[Path, ...]) -> None:
    """Take the notes from the exit."""
    do(files, lambda h: h.take_notes())


def _bunch(_context: click.Context, _parameter: click.Parameter, words: tuple[str, ...]) -> dict[int, int]:
    out: dict[int, int] = {}
    for word in words:
        note, _, n = word.partition("x")
        if not note.isdecimal() or not (n or "1").isdecimal():
            raise click.BadParameter(f"{word}: write 100x5 for five notes of 100 yuan")
        out[int(note) * FEN_PER_YUAN] = out.get(int(note) * FEN_PER_YUAN, 0) + int(n or 1)
    return out


@hands.command()
@click.argument("notes", nargs=-1, callback=_bunch)
@click.option("--forged", multiple=True, callback=_bunch, help="Counterfeit or unreadable notes among them.")
@click.pass_obj
def insert_notes(files: tuple[Path, ...], notes: dict[int, int], forged: dict[int, int]) -> None:
    """Put notes into the slot: `insert-notes 100x5 20x2 --forged 100x1`."""
    do(files, lambda h: h.insert_notes(notes, forged))


@hands.command()
@click.pass_obj
def take_returned_notes(files: tuple[Path, ...]) -> None:
    """Take refused or returned notes from the return tray."""
    do(files, lambda h: h.take_returned_notes())


@hands.command()
@click.argument("note", type=int)
@click.argument("count", type=int)
@click.pass_obj
def fill_cassette(files: tuple[Path, ...], note: int, count: int) -> None:
    """Make the cassette of NOTE yuan hold COUNT notes, during an exchange."""
    do(files, lambda h: h.fill_cassette(note * FEN_PER_YUAN, count))


@hands.command()
@click.argument("name", type=click.Choice(["reject", "retract", "box"]))
@click.pass_obj
def empty_bin(files: tuple[Path, ...], name: str) -> None:
    """Empty a bin, during an exchange."""
    do(files, lambda h: h.empty_bin(name))


@hands.command()
@click.argument("wav", type=click.Path(exists=True, path_type=Path))
@click.pass_obj
def speak(files: tuple[Path, ...], wav: Path) -> None:
    """Play a WAV file into the simulated microphone."""
    do(files, lambda h: h.microphone(wav.resolve()))


@hands.command()
@click.argument("text")
@click.pass_obj
def say(files: tuple[Path, ...], text: str) -> None:
    """Say something without a microphone: the words go to core as if they had been heard."""
    run = configuration.load(files).paths.run

    async def once() -> None:
        stream = await connect(run / SOCKETS["core"])
        try:
            await stream.send("hello", role="observer")
            await stream.send("say", text=text)
            await stream.send("counts")
            async for frame in stream:
                if frame.type in ("counts", "error"):
                    return
        finally:
            stream.close()

    asyncio.run(once())
    click.echo("said")


@hands.command()
@click.pass_obj
def state(files: tuple[Path, ...]) -> None:
    """Show the machines' own state: card, notes, paper."""
    do(files, lambda h: h.state())
