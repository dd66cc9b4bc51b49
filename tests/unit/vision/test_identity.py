"""The gallery knows a person again, notices another, and forgets by overwriting; the checks answer every order once."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from edge_models.store import Store
from edge_models.vision.checks import WAIT_NS, Allow, Checks, Verify
from edge_models.vision.detector import Detector
from edge_models.vision.identity import FRAMES, MEMORY_NS, Gallery, quality
from edge_models.vision.looks import Face, Look
from edge_models.vision.recognizer import PLACES, Recognizer, aligned, similarity

STEP_NS = 100_000_000


@pytest.fixture(scope="module")
def store(models_dir):
    return Store(models_dir)


@pytest.fixture(scope="module")
def recognizer(store):
    return Recognizer(store.path("sface"))


@pytest.fixture(scope="module")
def detector(store):
    return Detector(store.path("yunet"))


@pytest.fixture(scope="module")
def portrait(store):
    return cv2.imread(str(store.path("astronaut")))


@pytest.fixture(scope="module")
def person(portrait, detector):
    return portrait, detector.find(portrait)[0]


@pytest.fixture(scope="module")
def drawn():
    picture = np.full((300, 300, 3), 120, np.uint8)
    cv2.ellipse(picture, (150, 150), (75, 105), 0, 0, 360, (150, 175, 205), -1)
    for x in (120, 180):
        cv2.ellipse(picture, (x, 125), (14, 7), 0, 0, 360, (245, 245, 245), -1)
        cv2.circle(picture, (x, 125), 6, (40, 30, 20), -1)
    cv2.line(picture, (150, 130), (145, 165), (110, 130, 160), 4)
    cv2.ellipse(picture, (150, 200), (28, 8), 0, 0, 360, (90, 80, 160), -1)
    points = ((120.0, 125.0), (180.0, 125.0), (147.0, 165.0), (125.0, 200.0), (175.0, 200.0))
    return picture, Face(75, 45, 150, 210, points, 0.9)


def buffers(gallery):
    return [gallery._live, gallery._weights, gallery._fused, gallery._card, gallery._fresh]


def test_the_alignment_is_the_one_that_was_put_in():
    turn = np.array([[1.2, -0.5, 30.0], [0.5, 1.2, -8.0]])
    points = PLACES @ turn[:, :2].T + turn[:, 2]
    back = similarity(points, PLACES)
    assert np.allclose(points @ back[:, :2].T + back[:, 2], PLACES)


def test_one_person_matches_and_a_drawing_does_not(recognizer, person, drawn):
    gallery = Gallery(recognizer)
    for i in range(3):
        gallery.live(*person, at_ns=i * STEP_NS)
    gallery.card(*person)
    assert gallery.compare().match
    gallery.card(*drawn)
    assert (gallery.compare().match, gallery.compare().reason) == (False, "different")


def test_only_the_best_few_of_the_last_seconds_are_kept(recognizer, person):
    picture, face = person
    gallery = Gallery(recognizer)
    for i in range(FRAMES + 3):
        assert gallery.live(picture, face, at_ns=i * STEP_NS) is False
    assert gallery.frames == FRAMES
    for i in range(60):
        gallery.live(np.full_like(picture, 127), face, at_ns=MEMORY_NS // 2 + i * STEP_NS)  # blurred beyond use
    assert gallery.frames == 0


def test_somebody_else_stepping_in_is_noticed(recognizer, person, drawn):
    gallery = Gallery(recognizer)
    gallery.live(*person, at_ns=0)
    assert gallery.live(*drawn, at_ns=STEP_NS) is True
    assert gallery.frames == 1
    assert gallery.live(*drawn, at_ns=20 * STEP_NS) is True  # after a gap nobody vouches for who it is


def test_forgetting_overwrites_every_buffer_and_the_networks_own(recognizer, person):
    gallery = Gallery(recognizer)
    gallery.live(*person, at_ns=0)
    gallery.card(*person)
    gallery.compare()
    assert all(buffer.any() for buffer in buffers(gallery))
    template = recognizer.template(*person)
    gallery.forget()
    assert not any(buffer.any() for buffer in buffers(gallery))
    left = np.array(recognizer._request.get_output_tensor(0).data).ravel()
    assert abs(float(left @ template)) / np.linalg.norm(left) < 0.5


def test_quality_wants_sharp_large_and_frontal(person):
    picture, face = person
    crop = aligned(picture, face)
    blurred = cv2.GaussianBlur(crop, (0, 0), 4)
    aside = Face(face.x, face.y, face.width, face.height, ((0, 0), (40, 0), (45, 20), (5, 40), (35, 40)), face.score)
    small = Face(face.x, face.y, 20, 30, face.points, face.score)
    best = quality(crop, face)
    assert best > 0.5
    assert quality(blurred, face) < 0.5 * best
    assert quality(crop, small) < 0.5 * best
    assert quality(crop, aside) == 0


class World:
    """The checks with a clock of our own."""

    def __init__(self, recognizer, detector):
        self.ns, self.answers = 1_000_000_000, []
        self._recognizer, self._detector = recognizer, detector
        self.checks = Checks(self, self, self.answers.append)

    def monotonic_ns(self):
        return self.ns

    def unix_ms(self):
        return self.ns // 1_000_000

    def gallery(self):
        return Gallery(self._recognizer)

    def largest(self, picture):
        return next(iter(self._detector.find(picture)), None)

    def load_landmarks(self):
        pass

    def careful_landmarks(self, picture, face):
        return None

    def see(self, person=None, times=1):
        for _ in range(times):
            self.ns += STEP_NS
            if person is None:
                self.checks.see(None, None)
            else:
                self.checks.see(person[0], Look(self.ns, "ok", (person[1],), person[0].shape[0]))


@pytest.fixture
def world(recognizer, detector):
    return World(recognizer, detector)


@pytest.fixture(scope="module")
def photo(portrait):
    return cv2.imencode(".jpg", cv2.resize(portrait[10:225, 135:309], (102, 126)))[1].tobytes()


def test_a_match_is_told_once_enough_was_seen(world, person, photo):
    world.checks.command(Allow(True))
    world.checks.command(Verify("r1", photo))
    world.see(person, times=2)
    assert world.answers == []
    assert world.checks.busy
    world.see(person)
    (answer,) = world.answers
    assert (answer.request_id, answer.match, answer.reason, answer.took_ms) == ("r1", True, "same", 300)
    assert not world.checks.busy


def test_who_was_seen_before_the_card_is_known_at_once(world, person, photo):
    world.checks.command(Allow(True))
    world.see(person, times=5)
    world.checks.command(Verify("r1", photo))
    world.see(person)
    assert world.answers[0].took_ms == 100


def test_nobody_there_is_no_match_after_a_while(world, photo):
    world.checks.command(Allow(True))
    world.checks.command(Verify("r1", photo))
    world.see(times=WAIT_NS // STEP_NS + 1)
    (answer,) = world.answers
    assert (answer.match, answer.score, answer.reason) == (False, 0.0, "no_live_face")


@pytest.mark.parametrize(("content", "reason"), [(b"", "card_unreadable"), (b"junk", "card_unreadable")])
def test_a_photo_that_cannot_be_read_is_said_so(world, person, content, reason):
    world.checks.command(Allow(True))
    world.see(person, times=3)
    world.checks.command(Verify("r1", content))
    world.see(person)
    assert [(answer.match, answer.reason) for answer in world.answers] == [(False, reason)]


def test_without_consent_nothing_is_taken_and_taking_it_back_forgets(world, person, photo):
    world.checks.command(Verify("r1", photo))
    world.see(person, times=5)
    assert world.answers == []
    assert world.checks._gallery is None
    world.checks.command(Allow(True))
    world.see(person, times=3)
    world.checks.command(Verify("r2", photo))
    world.checks.command(Allow(False))
    world.see(person, times=3)
    assert not any(buffer.any() for buffer in buffers(world.checks._gallery)[:2])
    assert not world.checks.busy
