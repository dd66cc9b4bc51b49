"""Identity and liveness through the real process: consent, the card's photo, the actor's answers, and nothing left behind."""

from __future__ import annotations

import asyncio
import base64
import re
from pathlib import Path

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.detector import Detector
from edge_models.vision.recognizer import Recognizer
from edge_models.vision.stills import decode, largest_face
from guitai.tables import SOCKETS
from tests.fixtures.vision.actor import Actor
from tests.fixtures.vision.kiosk import Kiosk

pytestmark = pytest.mark.models

ACTS = {
    "rest": {},
    "blink": {"blink": 1.0},
    "open_mouth": {"mouth": 0.65},
    "turn_left": {"turn": 30},
    "turn_right": {"turn": -30},
}


@pytest.fixture(scope="module")
def portrait(models_dir):
    return Store(models_dir).path("astronaut")


@pytest.fixture(scope="module")
def album(portrait):
    actor = Actor(portrait)
    views = {name: actor.picture(noise=False, **pose) for name, pose in ACTS.items()}
    return views | {"hall": actor.hall()}


@pytest.fixture(scope="module")
def card(portrait):
    """What an ID card's chip gives: 102 x 126 pixels, soft, much compressed."""
    head = cv2.imread(str(portrait))[10:225, 135:309]
    small = cv2.GaussianBlur(cv2.resize(head, (102, 126), interpolation=cv2.INTER_AREA), (3, 3), 0.6)
    return cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, 60])[1].tobytes()


async def until_none(find, within_s=20):
    async with asyncio.timeout(within_s):
        while find():  # noqa: ASYNC110 - another process's memory gives no signal
            await asyncio.sleep(0.2)


@pytest.fixture
async def kiosk(config, album, tmp_path):
    config.paths.state.mkdir(exist_ok=True)
    async with Kiosk(config, album, tmp_path).running() as kiosk:
        yield kiosk


async def test_the_person_on_the_card_is_known_again_and_only_with_consent(kiosk, card):
    await kiosk.stream.send("guitai-verify", card, request_id="r0")
    with pytest.raises(AssertionError, match="no_consent"):
        await kiosk.expect("face.identity")
    await kiosk.consent()
    same = await seen(kiosk, card)
    assert (same["request_id"], same["match"], same["reason"]) == ("r1", True, "same")
    assert 0.363 <= same["score"] <= 1
    wall = cv2.imencode(".png", np.full((126, 102, 3), 170, np.uint8))[1].tobytes()
    for photo, reason in ((wall, "no_face_on_card"), (b"no picture", "card_unreadable"), (b"", "card_unreadable")):
        answer = await kiosk.verify(photo)
        assert (answer["match"], answer["score"], answer["reason"]) == (False, 0, reason)
    kiosk.view = "hall"
    await kiosk.expect("face.left")
    await kiosk.consent()
    assert (await kiosk.verify(card))["reason"] == "no_live_face"


async def test_a_living_person_does_what_is_asked_in_any_order_and_a_still_one_does_not(kiosk):
    await kiosk.consent()
    order = ["turn_left", "blink", "open_mouth", "turn_right"]
    asked, end = await kiosk.liveness(order, 40.0, obey=lambda challenge: challenge)
    assert (asked, end["passed"], end["reason"]) == (order, True, "passed")
    asked, end = await kiosk.liveness(["blink"], 1.5, obey=lambda _: "rest")
    assert (end["passed"], end["reason"]) == (False, "too_slow")
    asked, end = await kiosk.liveness(["turn_right", "turn_left"], 4.0, obey=lambda challenge: "turn_left")
    assert not end["passed"]
    assert asked == ["turn_right"]


class Hunt:
    """Finds a template, and any very like it, as numbers of any width, as base64 and as text."""

    def __init__(self, recognizer, picture, face):
        template = recognizer.template(picture, face)
        raw = np.array(recognizer._request.get_output_tensor(0).data).ravel()
        self._values = [template, raw]  # raw: before its length is made 1
        self._texts = [base64.b64encode(template.tobytes())[8:40]]
        self._texts += [repr(float(value)).encode()[:9] for value in template[:6] if abs(value) > 0.01]

    def found_in(self, content, kinds=(np.float32, np.float64, np.float16)):
        return any(text in content for text in self._texts) or any(
            _numbers(content, values, kind) for values in self._values for kind in kinds
        )


def _numbers(content, values, kind):
    """Whether eight numbers in a row lie within a hundredth of the template's scale."""
    numbers = np.frombuffer(content, kind, len(content) // np.dtype(kind).itemsize)
    near = 0.02 * values.std()
    first = int(np.argmax(np.abs(values[:120])))
    with np.errstate(invalid="ignore", over="ignore"):
        places = np.flatnonzero(np.abs(numbers - kind(values[first])) < near)
        places = places[places < len(numbers) - 8]
        for i in range(1, 8):
            places = places[np.abs(numbers[places + i] - kind(values[first + i])) < near]
    return len(places) > 0


def in_memory(pid, hunts):
    """How often the templates are found in what the process may write to."""
    found = 0
    with Path(f"/proc/{pid}/maps").open() as maps, Path(f"/proc/{pid}/mem").open("rb", 0) as memory:
        for line in maps:
            low, high, rights, name = re.match(r"(\w+)-(\w+) (\S+) \S+ \S+ \S+\s*(.*)", line).groups()
            if not rights.startswith("rw") or name.startswith(("[v", "/dev")) or name.endswith(".ring"):
                continue
            for start in range(int(low, 16), int(high, 16), 1 << 26):
                try:
                    memory.seek(start)
                    content = memory.read(min(int(high, 16) - start, (1 << 26) + 4096))
                except (OSError, ValueError, OverflowError):
                    break
                found += sum(hunt.found_in(content, [np.float32]) for hunt in hunts)
    return found


def in_files(folders, hunts):
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    return [path for path in files if any(hunt.found_in(path.read_bytes()) for hunt in hunts)]


async def recorded(path, into):
    reader, writer = await asyncio.open_unix_connection(path)
    writer.write(b'{"type": "guitai-consent", "data": {"expression": true, "identity": true}}\n')
    try:
        while chunk := await reader.read(65536):
            into.extend(chunk)
    finally:
        writer.close()  # this connection has consent, too: while it lives, so may the templates


async def seen(kiosk, card):
    """Ask again while no picture has come yet, as the flow does: on a busy machine the first one may take a second."""
    while (answer := await kiosk.verify(card))["reason"] == "no_live_face":
        pass
    return answer


@pytest.mark.parametrize("ending", ["consent withdrawn", "customer leaves", "connection ends"])
async def test_no_template_is_left_in_any_file_socket_or_in_memory(kiosk, models_dir, album, card, ending):
    store = Store(models_dir)
    detector, recognizer = Detector(store.path("yunet")), Recognizer(store.path("sface"))
    photo, view = decode(card), album["rest"].copy()
    view[:16, :16] = 100
    of_card = Hunt(recognizer, photo, largest_face(detector, photo))
    of_person = Hunt(recognizer, view, detector.find(view)[0])
    wire = bytearray()
    recording = asyncio.create_task(recorded(kiosk.config.paths.run / SOCKETS["vision"], wire))
    await kiosk.consent()
    assert (await seen(kiosk, card))["match"]
    await until_none(lambda: b"face.identity" not in wire)
    assert in_memory(kiosk.process.pid, [of_person])  # the hunt can find what is there
    if ending == "customer leaves":
        kiosk.view = "hall"
        await kiosk.expect("face.left")
    else:
        recording.cancel()
        await asyncio.gather(recording, return_exceptions=True)
        if ending == "consent withdrawn":
            await kiosk.consent(identity=False)
        else:
            kiosk.stream.close()
    await until_none(lambda: in_memory(kiosk.process.pid, [of_person, of_card]))
    assert not of_person.found_in(bytes(wire))
    assert not of_card.found_in(bytes(wire))
    paths = kiosk.config.paths
    assert in_files([paths.run, paths.state, kiosk.folder], [of_person, of_card]) == []
    recording.cancel()
