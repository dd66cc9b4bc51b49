"""The table of every device: once, and live."""

from __future__ import annotations

import signal

from tests.wire.devices_cli.conftest import Bench


async def test_every_device_in_words_with_units_and_sensors(bench):
    await bench.hands.fault("printer", "paper_out")
    code, out = await bench.run("status")
    assert code == 0, out
    lines = out.splitlines()
    assert "凭条打印机" in lines[1]
    assert "纸用完了。" in out
    assert "装上新纸卷" in out
    assert any("unit1" in line and "2000" in line and "200,000" in line for line in lines)
    assert any("保险柜门" in line for line in lines)


async def test_the_watched_table_follows_events_and_ends_cleanly(bench):
    watch = await bench.start("status", "--watch", "--lang", "en", screen=True)
    await watch.until("Press Ctrl-C to end.")
    await bench.hands.fault("pin_pad", "tamper")
    await watch.until("It suspects tampering")
    await watch.until("Press Ctrl-C to end.")
    watch.process.send_signal(signal.SIGINT)
    assert await watch.end() == 0
    assert "Traceback" not in watch.said


async def test_a_service_that_goes_is_shown_as_silent(config):
    async with Bench.over(config) as bench:
        watch = await bench.start("status", "--watch", "--lang", "en", screen=True)
        await watch.until("Press Ctrl-C to end.")
        await bench.machines.aclose()
        await watch.until("Announced, but it does not answer.")
        watch.process.send_signal(signal.SIGINT)
        assert await watch.end() == 0
