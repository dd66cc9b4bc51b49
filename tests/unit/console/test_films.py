"""Looking at a recording: by whom, in whose name, for how long, in which ranges, and what it is in a browser."""

from __future__ import annotations

from pathlib import Path

import orjson
import pytest
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from firmware_bridge.recorder.film import measured
from guitai.demo.identity import AUDITOR, RISK_OFFICER, SUPERVISOR, TELLER
from guitai.errors import GuitaiError
from guitai.wire.films import Manifest, key_for_viewing, sealed_for_viewing, viewing_public
from headquarters import pki
from headquarters.console.films import PART_BYTES, VIEW_MS, Films, range_of
from headquarters.console.webm import to_webm
from tests.fixtures.hq.films import KEY, make_film, upload
from tests.unit.console.conftest import Room

NAME = "S1-7-recording"
PLACE = f"/api/recordings/kiosk-001:{NAME}"
WHY = {"reason": "dispute"}


@pytest.fixture
def plain() -> bytes:
    return bytes(n % 251 for n in range(700_000))


@pytest.fixture
def films(room: Room, tmp_path: Path, plain: bytes) -> Films:
    """A recording of kiosk-001 (branch heping) that was uploaded; its bytes are played as they are."""
    pki.provision(tmp_path / "keys", "kiosk-001")
    room.kiosk().send("session.opened", {}, "S1", room.clock.now_ms)
    return _uploaded(room, tmp_path, plain, viewing=True)


def _uploaded(room: Room, tmp_path: Path, plain: bytes, *, viewing: bool) -> Films:
    keys, engine = tmp_path / "keys", room.store.connection
    uploads = upload(
        engine, tmp_path / "uploads", keys, room.clock, tmp_path / NAME, plain, duration_ms=2_000, viewing=viewing
    )
    films = room.app.state.films = Films(engine, uploads, keys, room.clock, lambda film: film)
    return films


async def test_a_view_gives_the_film_in_ranges_and_stands_in_the_audit(room: Room, films: Films, plain: bytes) -> None:
    async with room.person(AUDITOR) as http:
        begun = await http.post(f"{PLACE}/play", json=WHY)
        assert begun.status_code == 201
        assert begun.json()["duration_ms"] == 2_000
        film = f"{PLACE}/film/{begun.json()['view']}"
        whole = await http.get(film)
        assert (whole.status_code, whole.headers["content-type"], whole.headers["accept-ranges"]) == (
            206,
            "video/webm",
            "bytes",
        )
        assert whole.content == plain
        part = await http.get(film, headers={"Range": "bytes=600000-600009"})
        assert (part.content, part.headers["content-range"]) == (plain[600_000:600_010], "bytes 600000-600009/700000")
        assert (await http.get(film, headers={"Range": "bytes=-5"})).content == plain[-5:]
        for wrong in ("bytes=700000-", "bytes=5-4", "bytes=-", "bytes=0-1,4-5", "rows=0-1"):
            answer = await http.get(film, headers={"Range": wrong})
            assert (answer.status_code, answer.json()["code"]) == (416, "recording.bad_range"), wrong
    entries = room.services.audit.page(None, 10)
    assert [(one.who, one.deed, one.subject, one.detail) for one in entries] == [
        (AUDITOR, "recording.play", f"kiosk-001:{NAME}", WHY)
    ]


async def test_nobody_looks_without_a_reason_a_role_or_the_branch(room: Room, films: Films) -> None:
    async with room.person(AUDITOR) as http:
        for body in ({}, {"reason": "curious"}):
            assert (await http.post(f"{PLACE}/play", json=body)).status_code == 422
    for role in ("teller", "technician", "administrator"):
        async with room.person(TELLER, roles=[role]) as http:
            assert (await http.post(f"{PLACE}/play", json=WHY)).json()["code"] == "hq.forbidden"
    async with room.person(SUPERVISOR, branches=["elsewhere"]) as http:
        assert (await http.post(f"{PLACE}/play", json=WHY)).json()["code"] == "hq.no_recording"


async def test_a_view_is_one_persons_for_one_recording_and_ends(room: Room, films: Films) -> None:
    async with room.person(AUDITOR) as http, room.person(RISK_OFFICER) as other:
        view = (await http.post(f"{PLACE}/play", json=WHY)).json()["view"]
        for who, place, id_ in ((other, PLACE, view), (http, f"{PLACE}x", view), (http, PLACE, "A" * 32)):
            assert (await who.get(f"{place}/film/{id_}")).json()["code"] == "recording.view_over"
        room.later(VIEW_MS / 1000)
    async with room.person(AUDITOR) as http:
        assert (await http.get(f"{PLACE}/film/{view}")).json()["code"] == "recording.view_over"


async def test_what_is_not_sealed_for_headquarters_is_said(room: Room, tmp_path: Path, plain: bytes) -> None:
    pki.provision(tmp_path / "keys", "kiosk-001")
    _uploaded(room, tmp_path, plain, viewing=False)
    async with room.person(AUDITOR) as http:
        answer = await http.post(f"{PLACE}/play", json=WHY)
        assert (answer.status_code, answer.json()["code"]) == (409, "recording.not_for_viewing")
        (tmp_path / "keys" / "viewing.key").write_text("none")
        assert (await http.post(f"{PLACE}/play", json=WHY)).json()["code"] == "recording.bad_viewing_key"
    assert [one.deed for one in room.services.audit.page(None, 10)][:2] == ["refused", "recording.play"]


async def test_a_chunk_that_was_changed_is_not_played(room: Room, films: Films, tmp_path: Path) -> None:
    chunk = next(path for path in (tmp_path / "uploads").glob("*/*") if path.stat().st_size > 1_000)
    chunk.write_bytes(chunk.read_bytes()[:-1] + b"!")
    async with room.person(AUDITOR) as http:
        view = (await http.post(f"{PLACE}/play", json=WHY)).json()["view"]
        answer = await http.get(f"{PLACE}/film/{view}")
        assert (answer.status_code, answer.json()["code"]) == (409, "recording.altered")


def test_a_key_is_sealed_for_one_recording_and_one_headquarters(tmp_path: Path) -> None:
    ours, theirs = X25519PrivateKey.generate(), X25519PrivateKey.generate()
    sealed = sealed_for_viewing(KEY, NAME, ours.public_key())
    rest = {
        "kiosk_id": "k",
        "retention": "sale",
        "began_ms": 1,
        "duration_ms": 1,
        "pictures": 1,
        "key_id": "",
        "chunks": (),
    }
    manifest = Manifest(recording_id=NAME, wrapped_key="0" * 80, sealed_key=sealed, **rest)
    assert key_for_viewing(manifest, ours) == KEY
    for other, key in ((manifest, theirs), (manifest.model_copy(update={"recording_id": "S2"}), ours)):
        with pytest.raises(GuitaiError, match=r"other_key|another"):
            key_for_viewing(other, key)
    (tmp_path / "viewing.pub").write_text("none\n")
    assert viewing_public(tmp_path) is None
    old = orjson.loads(manifest.model_dump_json())
    del old["sealed_key"]
    with pytest.raises(GuitaiError):
        key_for_viewing(Manifest.model_validate(old), ours)  # of a kiosk that knew no such key


def test_ranges_are_cut_to_what_one_answer_takes() -> None:
    assert range_of("", 3 * PART_BYTES) == (0, PART_BYTES)
    assert range_of(f"bytes={PART_BYTES}-", 3 * PART_BYTES) == (PART_BYTES, 2 * PART_BYTES)
    assert range_of("bytes=1-99", 10) == (1, 10)


def test_a_film_becomes_webm_of_the_same_length() -> None:
    film = to_webm(make_film(2))
    assert film[:4] == bytes.fromhex("1a45dfa3")
    assert b"webm" in film[:64]
    sound_ms, pictures_ms, pictures = measured(film)
    assert (abs(sound_ms - 2_000) < 50, pictures) == (True, 8)
    assert abs(pictures_ms - 2_000) < 300
    with pytest.raises(GuitaiError, match="no film"):
        to_webm(b"none")


async def test_a_film_without_end_does_not_fill_the_memory(
    room: Room, films: Films, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("headquarters.console.films.MOST_BYTES", 600_000)
    async with room.person(AUDITOR) as http:
        begun = await http.post(f"{PLACE}/play", json=WHY)
        answer = await http.get(f"{PLACE}/film/{begun.json()['view']}")
        assert answer.json()["code"] == "recording.unreadable"
