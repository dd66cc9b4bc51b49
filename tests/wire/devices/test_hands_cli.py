"""`guitai hands`: a person at the simulated cash recycler and PIN pad."""

from __future__ import annotations

import asyncio

from click.testing import CliRunner

from guitai.cli.hands import hands
from guitai.messages.card import PinAbandoned
from guitai.messages.cash_in import NotesCounted


async def hand(bench, *words: str):
    env = {"GUITAI__PATHS__RUN": str(bench.config.paths.run)}
    return await asyncio.to_thread(CliRunner().invoke, hands, words, obj=(), env=env)


async def test_notes_go_in_and_refused_ones_come_back(bench):
    await bench.port.start_cash_in("c1", "p1")
    accepting = asyncio.create_task(bench.port.accept_notes("c2"))
    assert (await hand(bench, "insert-notes", "100x2", "5", "--forged", "50x1")).output == "done\n"
    assert await accepting == NotesCounted("c2", ((100_00, 2), (5_00, 1)), refused=True)
    await hand(bench, "take-returned-notes")
    assert bench.branch.dispenser.state.taken_back == {50_00: 1}


async def test_a_pin_entry_is_cancelled_at_the_pad(bench):
    await bench.insert()
    assert (await hand(bench, "cancel-pin")).output == "done\n"
    assert await bench.port.enter_pin("p1", lambda _: None) == PinAbandoned("p1", "cancelled")


async def test_units_are_filled_and_emptied_during_an_exchange(bench):
    await bench.port.start_exchange("e1")
    await hand(bench, "fill-cassette", "100", "30")
    await hand(bench, "empty-bin", "box")
    assert bench.branch.dispenser.state.cassettes[100_00] == 30


async def test_a_bunch_that_is_not_one_is_refused_in_words(bench):
    answer = await hand(bench, "insert-notes", "100 x 2")
    assert answer.exit_code == 2
    assert "100x5" in answer.output
    assert bench.branch.dispenser.state.inserted == {}
