"""Broken lines and power cuts at the desk: nothing is printed twice, and what was lost on the way is told as lost."""

from __future__ import annotations

import asyncio

import pytest

from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState, PrintDone, PrintFailed
from guitai.messages.identity import CodeRead, IdCardRead

UNKNOWN = PrintFailed("p1", "device.outcome_unknown")


async def power_cut(bench, step: str) -> PrintDone | PrintFailed:
    """Cut the power right after a step of printing a statement; return what core was told."""
    await bench.hands.fault("statement_printer", f"power_cut:{step}")
    printing = asyncio.create_task(bench.port.print_statement("p1", "流水", ("a",)))
    await asyncio.wait_for(bench.power_is_off.wait(), 60)
    await bench.stop_machines()
    await bench.start_machines()
    outcome = await printing
    await back(bench)
    return outcome


@pytest.mark.parametrize(
    ("step", "place", "retracted"),
    [("print.begun", "none", 1), ("print.done", "inside", 0), ("present.done", "exit", 0)],
)
async def test_a_power_cut_while_printing_loses_no_piece(any_bench, step, place, retracted):
    assert await power_cut(any_bench, step) == UNKNOWN
    state = any_bench.branch.statement_printer.state
    assert (state.place, state.retracted, state.used) == (place, retracted, 1)


async def test_a_piece_left_inside_by_a_power_cut_makes_way_for_the_next(bench):
    await power_cut(bench, "print.done")
    assert await bench.port.print_statement("p2", "流水", ("b",)) == PrintDone("p2")
    state = bench.branch.statement_printer.state
    assert (state.place, state.retracted, len(state.prints)) == ("exit", 1, 2)


@pytest.mark.parametrize(
    ("fault", "outcome", "printed"),
    [("disconnect", UNKNOWN, 1), ("disconnect_early", UNKNOWN, 0), ("duplicate", PrintDone("p1"), 1)],
)
async def test_a_broken_line_while_printing_is_not_repaired_by_printing_again(any_bench, fault, outcome, printed):
    await any_bench.hands.fault("statement_printer", fault)
    assert await any_bench.port.print_statement("p1", "流水", ("a",)) == outcome
    assert len(any_bench.branch.statement_printer.state.prints) == printed


async def test_a_light_left_on_by_an_earlier_core_goes_out(bench):
    await bench.port.print_receipt("p1", "回单", ("a",))
    await bench.branch.lamps.until(lambda s: "receiptPrinter" in s.lit)
    await bench.stop_core()
    bench.branch.printer.take()
    await bench.start_core()
    await bench.branch.lamps.until(lambda s: not s.lit)


async def test_a_line_that_breaks_while_waiting_is_told_as_not_connected(any_bench):
    for read, role in ((any_bench.port.read_id_card, "IdCardReader"), (any_bench.port.read_code, "BarcodeReader")):
        waiting = asyncio.create_task(read("r1"))
        await any_bench.port._links.of(role).ask("Common.Status")  # the command before it is on its way by then
        await any_bench.stop_machines()
        with pytest.raises(GuitaiError) as caught:
            await waiting
        assert (caught.value.code, caught.value.retryable) == ("device.not_connected", True)
        await any_bench.start_machines()
        await back(any_bench)


async def back(bench) -> None:
    """Wait until core has noticed that the machines were away and are there again."""
    await bench.seen(DeviceState, lambda e: e == DeviceState("devices", False, "device.not_connected"))
    await bench.until_usable()


async def test_what_lay_there_before_a_power_cut_is_read_after_it(bench):
    await bench.hands.lay_id_card("张三", "110101198001021239", "1980-01-02", "2020-01-01")
    await bench.hands.show_code("A017")
    await bench.stop_machines()
    await bench.start_machines()
    await back(bench)
    assert isinstance(await bench.port.read_id_card("i1"), IdCardRead)
    assert await bench.port.read_code("c1") == CodeRead("c1", "qrCode", "A017")


async def test_an_id_cards_number_is_in_no_event_and_no_log(any_bench, capfd):
    await any_bench.hands.lay_id_card(
        "张三丰", "110101198001021239", "1980-01-02", "2020-01-01", address="北京市某街1号"
    )
    await any_bench.port.read_id_card("i1")
    await any_bench.hands.take_id_card()
    seen = repr(any_bench.events) + "".join(capfd.readouterr()) + repr(await any_bench.hands.state())
    for hidden in ("110101198001021239", "19800102", "张三", "某街"):
        assert hidden not in seen
    everybody = [text for way, text in any_bench.traffic.heard if way == "received" and "completion" not in text]
    assert not [text for text in everybody if "1101" in text]
