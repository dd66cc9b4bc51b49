"""A technician looks: list, test, explain, trace, inject; the real command line against the simulated branch."""

from __future__ import annotations

import json
import signal
import socket

from firmware_bridge.client.connected import chosen, connected
from guitai.tables import SOCKETS
from guitai.wire.sockets import connect, serve
from tests.wire.devices_cli.conftest import Bench

CARD = "6217000012345678905"


async def test_list_names_every_service_and_what_stands_behind_it(bench):
    code, out = await bench.run("list", "--json")
    assert code == 0, out
    rows = {row["service"]: row for row in json.loads(out)}
    assert {"CardReader", "PinPad", "CashDispenser", "Printer", "IdCardReader", "Auxiliaries"} <= set(rows)
    assert rows["IdCardReader"]["interfaces"] == ["CardReader"]
    assert rows["CardReader"]["state"] == "online"
    assert rows["CardReader"]["model"]
    code, out = await bench.run("list")
    assert code == 0
    assert "身份证阅读器" in out


async def test_without_services_one_sentence_and_exit_code_1(bench):
    code, out = await bench.run("list", simulate=True)
    assert code == 0
    bench.config = bench.config.model_copy(update={"devices": bench.config.devices.model_copy(update={"port": 1})})
    code, out = await bench.run("test")
    assert code == 1
    assert out.count("\n") == 1
    assert "Traceback" not in out


async def test_a_whole_branch_is_green_and_a_broken_device_red(bench):
    code, out = await bench.run("test")
    assert code == 0, out
    assert "密钥已装好。" in out
    await bench.hands.fault("pin_pad", "tamper")
    code, out = await bench.run("test", "pin_pad", "--lang", "en")
    assert code == 1
    assert "It holds no key" in out
    code, out = await bench.run("test", "card_reader", "--json")
    assert code == 0
    assert all(finding["level"] == "ok" for finding in json.loads(out))
    code, out = await bench.run("test", "toaster")
    assert code == 1
    assert "toaster" in out


async def test_a_device_that_waits_for_a_customer_can_be_tested(bench):
    async with connected(bench.config) as found:
        (reader,) = chosen(found, "CardReader")[:1]
        await reader.begin("CardReader.ReadRawData", {"track2": True})
        code, out = await bench.run("test", "card_reader")
    assert code == 0, out


async def test_trace_shows_what_passes_and_nothing_of_the_customer(bench):
    trace = await bench.start("trace", "--lang", "en")
    await trace.until("Press Ctrl-C")
    async with connected(bench.config) as found:
        (reader,) = chosen(found, "CardReader")[:1]
        reading = await reader.begin("CardReader.ReadRawData", {"track2": True})
        await bench.hands.insert_card(CARD)
        assert (await reading.done).ok
        await reader.request("CardReader.Move", {"to": "unit9"})
    await trace.until("completion CardReader.Move")
    trace.process.send_signal(signal.SIGINT)
    assert await trace.end() == 0
    said = trace.said
    assert "→ command CardReader.ReadRawData #1.3 track2=true" in said
    assert "← completion CardReader.ReadRawData #1.3 ✓" in said
    assert "…×1" in said
    assert "✗ invalidData（What was sent to the device is wrong; it did nothing.）" in said
    assert CARD not in said
    assert "Traceback" not in said


async def test_trace_of_one_device_stops_by_itself(bench):
    trace = await bench.start("trace", "--device", "printer", "--seconds", "4", "--lang", "en")
    await trace.until("Press Ctrl-C")
    async with connected(bench.config) as found:  # asks every service what it is
        assert len(found.up) > 1
        await bench.hands.fault("printer", "paper_out")
        await trace.until("printer.paper.upper=out")
    assert await trace.end() == 0
    lines = trace.said.splitlines()[1:]
    assert {line.split()[1] for line in lines} == {"Printer"}, trace.said


async def test_a_device_process_that_died_is_not_taken_for_a_vendors_services(bench):
    with socket.socket(socket.AF_UNIX) as left_behind:
        path = bench.config.paths.run / SOCKETS["trace"]
        path.unlink(missing_ok=True)
        left_behind.bind(str(path))
    code, out = await bench.run("trace", "--seconds", "1", "--lang", "en")
    assert code != 0
    assert "commands cannot be overheard" not in out
    assert "Traceback" not in out


async def test_inject_breaks_and_mends(bench):
    code, out = await bench.run("inject", "jam", "--device", "printer")
    assert code == 0, out
    assert bench.branch.printer.state.condition == "jam"
    code, out = await bench.run("inject", "--clear")
    assert code == 0
    assert bench.branch.printer.state.condition == ""
    code, out = await bench.run("inject", "retain_full")
    assert code == 0
    assert bench.branch.card_reader.state.condition == "retain_full"


async def test_inject_says_what_is_wrong(bench):
    for arguments, words in (
        (("jam",), "card_reader, dispenser"),
        (("nonsense", "--device", "printer"), "nonsense"),
        (("jam", "--device", "toaster"), "printer"),
        ((), "give a FAULT"),
    ):
        code, out = await bench.run("inject", *arguments)
        assert code in (1, 2)
        assert words in out
        assert "Traceback" not in out


async def test_a_vendors_devices_are_never_broken_on_purpose(bench):
    code, out = await bench.run("inject", "jam", "--device", "printer", simulate=False)
    assert code == 1
    assert "simulated devices only" in out
    assert bench.branch.printer.state.condition == ""


async def test_inject_lists_what_each_fault_stands_for(bench):
    code, out = await bench.run("inject", "--list")
    assert code == 0
    assert "下一次点钞到一半卡住。" in out


async def test_the_trace_socket_refuses_what_it_does_not_know(bench):
    stream = await connect(bench.config.paths.run / SOCKETS["trace"])
    await stream.send("dispense")
    async for frame in stream:
        assert frame.type == "error"
        assert frame.data["code"] == "wire.unknown_type"
        break
    stream.close()


async def test_a_trace_whose_devices_go_says_so(config):
    async def go_at_once(stream):
        async for _ in stream:
            return

    config.paths.run.mkdir(exist_ok=True)
    async with serve(config.paths.run / SOCKETS["trace"], go_at_once):
        code, out = await Bench(config).run("trace", "--lang", "en")
    assert code == 1
    assert "nothing to trace any more" in out
    assert "Traceback" not in out
