"""The watcher looks only at new pictures, as seldom as it may, and survives every state of the ring."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from edge_models.vision.looks import Face, Look
from edge_models.vision.watcher import Watcher
from guitai.messages.face import CameraState, CustomerApproached, CustomerLeft
from guitai.wire.rings import picture_ring

POINTS = ((20.0, 30.0), (60.0, 30.0), (40.0, 50.0), (25.0, 70.0), (55.0, 70.0))
NEAR = Face(0, 0, 30, 40, POINTS, 0.9)


class Clock:
    def __init__(self):
        self.ns = 5_000_000_000

    def unix_ms(self):
        return self.ns // 1_000_000

    def monotonic_ns(self):
        return self.ns


class Looker:
    """Sees a face wherever the first pixel is not black."""

    def __init__(self):
        self.looks = []

    def look(self, picture, at_ns, with_expression):
        self.looks.append((at_ns, with_expression))
        return Look(at_ns, "ok", (NEAR,) if picture[0, 0, 0] else (), picture.shape[0])


class Checker:
    """Notes what it is shown."""

    def __init__(self):
        self.busy, self.seen, self.forgotten, self.commands = False, [], 0, []

    def command(self, command):
        self.commands.append(command)

    def see(self, picture, look):
        self.seen.append((picture is not None, look is not None))

    def forget(self):
        self.forgotten += 1


class World:
    def __init__(self, path):
        self.path, self.clock, self.looker, self.told, self.checks = path, Clock(), Looker(), [], Checker()
        self.watcher = Watcher(
            path, self.looker, self.checks, 5, self.clock, lambda _state, events: self.told.extend(events)
        )

    def pictures(self, count, value, ring):
        for _ in range(count):
            self.clock.ns += 200_000_000
            ring.write(np.full((120, 160, 3), value, np.uint8).tobytes(), self.clock.ns)
            self.watcher.round()

    def nothing(self, count):
        for _ in range(count):
            self.clock.ns += 200_000_000
            self.watcher.round()


@pytest.fixture
def world(tmp_path):
    return World(tmp_path / "camera.ring")


def test_each_picture_is_looked_at_once(world):
    ring = picture_ring(world.path, 160, 120)
    world.pictures(5, 0, ring)
    world.watcher.round()
    assert len(world.looker.looks) == 5


def test_without_a_ring_the_camera_is_missing_and_comes_back(world):
    world.nothing(30)
    assert world.told == [CameraState("missing")]
    world.pictures(3, 0, picture_ring(world.path, 160, 120))
    assert world.told == [CameraState("missing"), CameraState("ok")]


def test_a_ring_made_anew_is_found(world):
    world.pictures(3, 0, picture_ring(world.path, 160, 120))
    world.pictures(5, 1, picture_ring(world.path, 160, 120))
    assert world.told == [CameraState("ok"), CustomerApproached()]


def test_a_ring_that_no_longer_grows_has_no_camera(world):
    world.pictures(10, 1, picture_ring(world.path, 160, 120))
    world.nothing(40)
    assert set(world.told[2:]) == {CameraState("missing"), CustomerLeft()}


def test_a_file_that_is_no_ring_is_a_missing_camera(world):
    world.path.write_bytes(b"nonsense" * 40)
    world.nothing(30)
    assert world.told == [CameraState("missing")]


def test_consent_ends_when_the_customer_leaves(world):
    ring = picture_ring(world.path, 160, 120)
    world.pictures(10, 1, ring)
    world.watcher.consent = True
    world.pictures(1, 1, ring)
    assert world.looker.looks[-1][1] is True
    world.pictures(20, 0, ring)
    world.pictures(10, 1, ring)
    assert world.looker.looks[-1][1] is False
    assert world.checks.forgotten == 1


def test_the_checks_see_each_picture_once_and_time_passing_without_one(world):
    ring = picture_ring(world.path, 160, 120)
    world.pictures(2, 1, ring)
    world.watcher.round()
    world.nothing(6)
    assert world.checks.seen[:3] == [(True, True), (True, True), (False, False)]
    assert world.checks.seen[-1] == (False, True)


def test_it_looks_often_during_a_check(world):
    world.checks.busy = True
    assert world.watcher._period_s() == pytest.approx(1 / 15)


def test_it_looks_seldom_until_somebody_is_there(world):
    ring = picture_ring(world.path, 160, 120)
    world.pictures(1, 0, ring)
    assert world.watcher._period_s() == pytest.approx(0.5)
    world.pictures(1, 1, ring)
    assert world.watcher._period_s() == pytest.approx(0.2)


def test_run_ends_on_stop(world):
    thread = threading.Thread(target=world.watcher.run)
    thread.start()
    world.watcher.stop()
    thread.join(5)
    assert not thread.is_alive()
    assert world.checks.forgotten == 1


def test_a_command_is_handed_on_and_wakes_it(world):
    world.watcher.command("anything")
    assert world.checks.commands == ["anything"]
    assert world.watcher._woken.is_set()
