"""The reader and the PIN pad say who they are, the same after every break and in every dialect."""

from __future__ import annotations


async def test_reader_and_pin_pad_have_fingerprints_that_stay(any_bench):
    before = any_bench.port.identities()
    assert set(before) == {"card_reader", "pin_pad"}
    assert len(set(before.values())) == 2
    await any_bench.stop_core()
    await any_bench.start_core()
    assert any_bench.port.identities() == before
