"""Reads what a person types without stopping the connections to the devices."""

from __future__ import annotations

import asyncio
import os

import click

STDIN = 0
READ_BYTES = 4096


class Keyboard:
    """Lines from standard input, one after another. Bytes are read here, so that no library keeps some of them."""

    def __init__(self, descriptor: int = STDIN) -> None:
        self._descriptor = descriptor
        self._typed = b""

    async def ask(self, question: str) -> str:
        """Show a question and return what is typed, without spaces around it. Raises click.Abort at the end of input."""
        click.echo(question, nl=False)
        return (await self._line()).strip()

    async def yes(self, question: str) -> bool:
        """Show a question and return whether the answer is yes."""
        return (await self.ask(question)).casefold() in {"y", "yes", "是", "好"}

    async def _line(self) -> str:
        while b"\n" not in self._typed:
            await self._readable()
            chunk = os.read(self._descriptor, READ_BYTES)
            if not chunk:
                raise click.Abort
            self._typed += chunk
        line, _, self._typed = self._typed.partition(b"\n")
        return line.decode(errors="replace")

    async def _readable(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        try:
            loop.add_reader(self._descriptor, ready.set)
        except PermissionError:  # a plain file can always be read
            return
        try:
            await ready.wait()
        finally:
            loop.remove_reader(self._descriptor)
