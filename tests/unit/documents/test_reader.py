"""Pages that were drawn are read: as they are, photographed askew, lying, and on their heads."""

from __future__ import annotations

import io

import msgspec
import numpy as np
import pytest

from edge_models.documents import child, pages
from edge_models.documents.reader import Reader
from edge_models.documents.straighten import page, tilt, turned
from edge_models.store import Store
from guitai.documents.read import understand
from guitai.errors import GuitaiError
from tests.fixtures import papers


@pytest.fixture(scope="module")
def reader(models_dir):
    return Reader(Store(models_dir))


def wrong(lines, text):
    """Share of characters that were not read right."""
    return pages.distance("".join(lines).replace(" ", ""), text.replace(" ", "")) / len("".join(lines))


@pytest.mark.timeout(300)
@pytest.mark.parametrize(
    "look",
    [lambda sheet: sheet, lambda sheet: pages.photographed(sheet, 1), lambda sheet: np.rot90(sheet, 2), np.rot90],
    ids=["flat", "photographed", "head down", "lying"],
)
def test_a_page_is_read(reader, look):
    sheet = pages.drawn(papers.LOAN[:8])
    read = reader.read(pages.jpeg(np.ascontiguousarray(look(sheet))))
    assert wrong(papers.LOAN[:8], "".join(line.text for line in read)) < 0.05
    assert [line.y for line in read] == sorted(line.y for line in read)
    assert all(line.confidence >= 0.5 for line in read)


@pytest.mark.timeout(300)
def test_what_was_photographed_is_understood(reader):
    slip = understand(reader.read(pages.jpeg(pages.photographed(pages.drawn(papers.SLIP), 2))))
    assert slip.kind == "transfer_slip"
    assert {"amount_fen": "320050", "payee": "王*明"}.items() <= {f.name: f.value for f in slip.fields}.items()
    assert not slip.doubts
    chat = understand(reader.read(pages.jpeg(pages.bubbles(papers.SCAM_CHAT))))
    assert (chat.kind, chat.scam.strength) == ("message", "strong")


def test_an_empty_tray_has_no_lines(reader):
    assert reader.read(pages.jpeg(np.full((1200, 1600, 3), 96, np.uint8))) == ()


def test_what_is_no_picture_is_refused(reader):
    with pytest.raises(GuitaiError, match=r"vision\.not_decoded"):
        reader.read(b"no picture")


def test_the_child_answers_page_by_page_and_ends_with_its_input(models_dir):
    asked = [pages.jpeg(np.full((300, 400, 3), 96, np.uint8)), b"no picture"]
    source = io.BytesIO(b"".join(len(one).to_bytes(8) + one for one in asked))
    sink = io.BytesIO()
    child.serve(models_dir, source, sink)
    answers, rest = [], sink.getvalue()
    while rest:
        length = int.from_bytes(rest[:8])
        answers.append(msgspec.json.decode(rest[8 : 8 + length]))
        rest = rest[8 + length :]
    assert answers == [["", []], ["vision.not_decoded", []]]


def test_the_child_tells_of_models_that_are_missing(tmp_path):
    sink = io.BytesIO()
    child.serve(tmp_path, io.BytesIO((1).to_bytes(8) + b"x"), sink)
    assert msgspec.json.decode(sink.getvalue()[8:]) == ["models.missing", []]


def test_a_page_is_cut_out_of_the_tray():
    shot = pages.photographed(pages.drawn(papers.SLIP), 3)
    cut = page(shot)
    assert cut.mean() > shot.mean() + 30  # what is left is paper
    assert max(cut.shape) == 1600


def test_a_tilt_is_found_and_turned_back():
    level = np.array(((0, 0), (100, 0), (100, 10), (0, 10)), np.float32)
    slope = np.array(((0, 0), (100, 5), (100, 15), (0, 10)), np.float32)
    assert tilt([level]) == 0
    assert 2 < tilt([slope, slope]) < 3
    assert tilt([]) == 0
    assert turned(np.zeros((100, 200, 3), np.uint8), 90).shape[:2] == (200, 100)
