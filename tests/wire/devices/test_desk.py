"""Paper, ID cards, codes and documents, over a real WebSocket."""

from __future__ import annotations

import asyncio

import cv2
import numpy as np
import pytest

from guitai.errors import GuitaiError
from guitai.messages.device import DeviceState, PaperRetracted, PaperTaken, PrintDone, PrintFailed
from guitai.messages.identity import (
    CodeFailed,
    CodeRead,
    DocumentFailed,
    DocumentPhotographed,
    IdCardFailed,
    IdCardRead,
    IdCardTaken,
)

NUMBER = "110101195001012345"


async def lay(bench, **more):
    fields = {"name": "张小明", "number": NUMBER, "birth": "1950-01-01", "valid_from": "2015-05-05"} | more
    await bench.hands.lay_id_card(**fields)


async def test_an_id_card_leaves_masked_and_stays_whole_in_memory(any_bench, tmp_path):
    photo = tmp_path / "photo.wlt"
    photo.write_bytes(bytes(range(256)) * 4)
    reading = asyncio.create_task(any_bench.port.read_id_card("i1"))
    await lay(any_bench, photo=str(photo), valid_to="2020-05-05", address="北京市东城区")
    read = await reading
    assert isinstance(read, IdCardRead)
    assert (read.request_id, read.name_masked, read.number_masked) == ("i1", "张**", "110*************45")
    assert (read.age_band, read.expired, read.expires_on) == ("elderly", True, "2020-05-05")
    assert any_bench.port.picture(read.photo) == photo.read_bytes()
    card = any_bench.port.id_card(read.person_token)
    assert (card.name, card.number, card.address, card.nation) == ("张小明", NUMBER, "北京市东城区", "汉")
    assert any_bench.port.id_card("of somebody else") is None
    await any_bench.hands.take_id_card()
    await any_bench.seen(IdCardTaken)
    any_bench.port.forget_person()
    assert any_bench.port.id_card(read.person_token) is None
    assert any_bench.port.picture(read.photo) is None


async def test_the_same_person_has_the_same_token_and_no_card_without_end_expires(bench):
    await lay(bench)
    first = await bench.port.read_id_card("i1")
    again = await bench.port.read_id_card("i2")
    await lay(bench, number="110101195001012353")
    other = await bench.port.read_id_card("i3")
    assert first.person_token == again.person_token != other.person_token
    assert (first.expired, first.expires_on, first.photo) == (False, "", "")


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("unreadable", "device.id_card_unreadable"),
        ("rejected", "device.id_card_rejected"),
        ("offline", "device.offline"),
        ("tamper", "device.tampered"),
    ],
)
async def test_what_keeps_an_id_card_from_being_read(bench, fault, code):
    await lay(bench)
    await bench.hands.fault("id_reader", fault)
    assert await bench.port.read_id_card("i1") == IdCardFailed("i1", code)
    await bench.hands.clear_faults()
    assert isinstance(await bench.port.read_id_card("i2"), IdCardRead)


async def test_waiting_for_an_id_card_and_for_a_code_can_be_called_off(any_bench):
    for read, cancel, failed in (
        (any_bench.port.read_id_card, any_bench.port.cancel_id_card, IdCardFailed("r", "device.no_id_card")),
        (any_bench.port.read_code, any_bench.port.cancel_code, CodeFailed("r", "device.no_code")),
    ):
        waiting = asyncio.create_task(read("r"))
        while not waiting.done():
            await cancel()
            await asyncio.sleep(0)
        assert await waiting == failed


async def test_an_id_card_never_counts_as_a_bank_card(bench):
    await bench.port.accept_card()
    await lay(bench)
    await bench.port.read_id_card("i1")
    await bench.hands.take_id_card()
    await bench.seen(IdCardTaken)
    assert (await bench.insert()).tail == "8905"


async def test_a_code_is_read(any_bench):
    reading = asyncio.create_task(any_bench.port.read_code("c1"))
    await any_bench.hands.show_code("排队号 A017")
    assert await reading == CodeRead("c1", "qrCode", "排队号 A017")
    await any_bench.hands.take_code()
    await any_bench.hands.fault("barcode_reader", "unreadable")
    await any_bench.hands.show_code("6901234567892", "ean13")
    assert await any_bench.port.read_code("c2") == CodeFailed("c2", "device.code_unreadable")
    assert await any_bench.port.read_code("c3") == CodeRead("c3", "ean13", "6901234567892")


async def test_a_document_is_photographed(any_bench, tmp_path):
    paper = np.full((2000, 1000, 3), 255, np.uint8)
    paper[500:600] = 0
    cv2.imwrite(str(tmp_path / "paper.png"), paper)
    await any_bench.hands.lay_document(tmp_path / "paper.png")
    taken = await any_bench.port.photograph_document("d1")
    assert isinstance(taken, DocumentPhotographed)
    picture = cv2.imdecode(np.frombuffer(any_bench.port.picture(taken.picture), np.uint8), cv2.IMREAD_COLOR)
    assert picture.shape == (1600, 800, 3)
    assert picture[440].mean() < 20 < 200 < picture[100].mean()
    await any_bench.hands.fault("document_camera", "no_picture")
    assert await any_bench.port.photograph_document("d2") == DocumentFailed("d2", "device.hardware")
    await any_bench.hands.take_document()
    assert (await any_bench.port.photograph_document("d3")).request_id == "d3"
    with pytest.raises(GuitaiError, match="bad_hand"):
        await any_bench.hands.lay_document(tmp_path / "nothing.png")


async def test_a_statement_comes_out_and_is_taken(any_bench):
    lines = tuple(f"2026-11-{day:02} 消费 12.00" for day in range(1, 31)) * 4
    assert await any_bench.port.print_statement("p1", "流水", lines) == PrintDone("p1")
    state = (await any_bench.hands.state())["statement_printer"]
    assert (state["place"], state["used"]) == ("exit", 3)
    assert await any_bench.hands.take_paper("statement_printer") == "流水"
    assert await any_bench.seen(PaperTaken) == PaperTaken("statement_printer")
    assert await any_bench.port.print_receipt("p2", "回单", ("a",)) == PrintDone("p2")
    assert await any_bench.hands.take_paper() == "回单"
    assert await any_bench.seen(PaperTaken) == PaperTaken("printer")


async def test_paper_that_nobody_takes_goes_back(any_bench):
    await any_bench.port.print_statement("p1", "流水", ("a",))
    assert await any_bench.port.retract_paper("p2", "statement_printer") == PaperRetracted("p2")
    assert (await any_bench.hands.state())["statement_printer"]["retracted"] == 1
    assert await any_bench.port.retract_paper("p3", "statement_printer") == PrintFailed("p3", "device.no_paper")
    await any_bench.port.print_receipt("p4", "回单", ("a",))
    await any_bench.hands.fault("printer", "retract_full")
    assert await any_bench.port.retract_paper("p5", "printer") == PrintFailed("p5", "device.paper_bin_full")


@pytest.mark.parametrize(
    ("fault", "failed", "state"),
    [
        ("paper_out", "device.paper_out", "device.paper_out"),
        ("jam_print", "device.paper_jam", "device.paper_jam"),
        ("jam", "device.paper_jam", "device.paper_jam"),
        ("paper_low", None, None),
    ],
)
async def test_paper_trouble(bench, fault, failed, state):
    await bench.hands.fault("statement_printer", fault)
    outcome = await bench.port.print_statement("p1", "流水", ("a",))
    assert outcome == (PrintDone("p1") if failed is None else PrintFailed("p1", failed))
    if state is not None:
        await bench.seen(DeviceState, lambda e: e == DeviceState("statement_printer", False, state))
    await bench.hands.clear_faults()
    assert await bench.port.print_statement("p2", "流水", ("a",)) == PrintDone("p2")
    assert await bench.port.print_receipt("p3", "回单", ("a",)) == PrintDone("p3")
