"""What is not signed, not whole, not for this machine or not newer is refused, and what runs stays as it is."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from guitai.updates import acts
from guitai.wire.releases import DESCRIPTOR, SIGNATURE
from tests.fixtures.updates import Bench, authority, release, shared_keys


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    bench = Bench(tmp_path, shared_keys())
    bench.begin()
    return bench


def offer(bench: Bench, release_id: str, job: str = "j") -> acts.Outcome:
    updater = bench.updater()
    updater.start()
    updater.happen(acts.Offered(release_id, job))
    assert updater.state.phase == "idle"
    assert bench.works()
    return bench.told[-1]


def test_a_signed_newer_release_is_installed_and_runs(bench: Bench) -> None:
    told = offer(bench, release(bench.source, shared_keys()))
    assert (told.status, bench.running().name) == ("SUCCEEDED", "guitai-0.1.0-2")
    assert not any((bench.folder / "incoming").iterdir())


def test_refused_one_and_all(bench: Bench) -> None:
    keys = shared_keys()
    wrong: dict[str, str] = {
        "stranger": "updates.bad_signature",
        "other machine": "updates.wrong_target",
        "same": "updates.downgrade",
        "older version": "updates.downgrade",
        "unsigned": "updates.unsigned",
    }
    made = {
        "stranger": {"signer": "stranger"}, "other machine": {"compatible": "guitai-debian12-arm64"}, "same": {"build": 1},
        "older version": {"version": "0.0.9", "build": 99}, "unsigned": {},
    }  # fmt: skip
    for n, (case, reason) in enumerate(wrong.items()):
        bench.source = bench.root / f"stick{n}"
        release_id = release(bench.source, keys, **made[case])
        if case == "unsigned":
            (bench.source / SIGNATURE).write_bytes(b"")
        told = offer(bench, release_id, f"j{n}")
        assert (case, told.status, told.reason) == (case, "REJECTED", reason)
        assert bench.running().name == "guitai-0.1.0-1"


def test_an_old_pack_is_refused_by_a_kiosk_that_has_had_none(bench: Bench) -> None:
    (bench.running() / "release").write_text("version=0.1.0\nbuild=1\nfloor_answers=0.2:7\n")
    for build, status in ((6, "REJECTED"), (7, "SUCCEEDED")):
        bench.source = bench.root / f"pack{build}"
        told = offer(
            bench, release(bench.source, shared_keys(), kind="answers", version="0.2", build=build, payload=b"x")
        )
        assert told.status == status
    assert [kind for kind, _ in bench.packs] == ["answers"]


def test_a_certificate_of_the_ring_that_is_not_for_code_signs_nothing(bench: Bench, tmp_path: Path) -> None:
    bench.ring = authority(tmp_path / "keys", "mail", code=False)
    told = offer(bench, release(bench.source, tmp_path / "keys", signer="mail"))
    assert (told.status, told.reason) == ("REJECTED", "updates.bad_signature")


def test_every_tampered_file_is_noticed(bench: Bench) -> None:
    release_id = release(bench.source, shared_keys())
    count = itertools.count()
    for path in sorted(bench.source.iterdir()):
        good = path.read_bytes()
        # A signature's last bytes are its value; in its middle lies the certificate.
        for at in (0, len(good) // 2, len(good) - 1):
            path.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
            told = offer(bench, release_id, f"j{next(count)}")
            assert (path.name, at, told.status) == (path.name, at, "REJECTED")
        path.write_bytes(good)
    assert bench.running().name == "guitai-0.1.0-1"
    assert next(count) >= 12


def test_a_descriptor_signed_by_another_and_named_by_its_own_id_is_refused(bench: Bench) -> None:
    release_id = release(bench.source, shared_keys())
    descriptor = (bench.source / DESCRIPTOR).read_bytes().replace(b'"build":2', b'"build":3')
    (bench.source / DESCRIPTOR).write_bytes(descriptor)
    from guitai.wire.releases import id_of

    told = offer(bench, id_of(descriptor))
    assert (told.status, told.reason) == ("REJECTED", "updates.bad_signature")
    del release_id


def test_a_broken_release_is_left_again(bench: Bench) -> None:
    told = offer(bench, release(bench.source, shared_keys(), broken=True))
    assert (told.status, told.reason, bench.running().name) == ("FAILED", "updates.unhealthy", "guitai-0.1.0-1")


def test_it_waits_for_quiet_and_may_be_canceled(bench: Bench) -> None:
    bench.quiet = False
    updater = bench.updater()
    updater.start()
    updater.happen(acts.Offered(release(bench.source, shared_keys()), "j"))
    assert updater.state.phase == "waiting"
    updater.happen(acts.Canceled())
    assert bench.told[-1].status == "CANCELED"
    assert bench.running().name == "guitai-0.1.0-1"


def test_a_version_installed_by_hand_is_taken_for_the_good_one(bench: Bench) -> None:
    offer(bench, release(bench.source, shared_keys()))
    by_hand = bench.opt / "guitai-0.1.0-9"
    by_hand.mkdir()
    (by_hand / "release").write_text("version=0.1.0\nbuild=9\n")
    (by_hand / "complete").touch()
    (bench.opt / "guitai").unlink()
    (bench.opt / "guitai").symlink_to(by_hand)
    updater = bench.updater()
    updater.start()
    assert updater.state.content(updater.state.good).name == "guitai-0.1.0-9"
    bench.source = bench.root / "older"
    told = offer(bench, release(bench.source, shared_keys(), build=5), "k")
    assert (told.status, told.reason) == ("REJECTED", "updates.downgrade")


def test_a_pack_goes_to_its_store(bench: Bench) -> None:
    told = offer(bench, release(bench.source, shared_keys(), kind="answers", payload=b"what to say"))
    assert (told.status, bench.packs) == ("SUCCEEDED", [("answers", b"what to say")])
