"""Identity and liveness under way: commands in from any thread, pictures in from the watcher's, answers out as events."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import Literal, Protocol

from edge_models.vision import liveness
from edge_models.vision.identity import ENOUGH, Gallery
from edge_models.vision.looks import Face, Look
from edge_models.vision.mesh import Mesh
from edge_models.vision.pose import yaw
from edge_models.vision.stills import decode
from guitai.clock import Clock
from guitai.errors import GuitaiError
from guitai.messages.face import Challenge, ChallengeAsked, IdentityChecked, LivenessChecked
from guitai.wire.rings import Picture

WAIT_NS = 800_000_000
"""For so long a comparison waits for `ENOUGH` live pictures; then fewer must do."""

Answer = IdentityChecked | ChallengeAsked | LivenessChecked
Refusal = Literal["card_unreadable", "no_face_on_card", "no_live_face"]


@dataclass(frozen=True, slots=True)
class Allow:
    """The customer consented to face matching, or took it back, or left."""

    identity: bool


@dataclass(frozen=True, slots=True)
class Verify:
    """Compare the person with the photo from the ID card."""

    request_id: str
    photo: bytes


@dataclass(frozen=True, slots=True)
class Live:
    """Ask the person to do things."""

    request_id: str
    challenges: tuple[Challenge, ...]
    limit_s: float


Command = Allow | Verify | Live


class Sight(Protocol):
    """What the checks need of `edge_models.vision.eyes.Eyes`."""

    def gallery(self) -> Gallery:
        """Return an empty gallery, loading the recogniser if it is the first."""
        ...

    def load_landmarks(self) -> None:
        """Load the engine that liveness relies on, if it is not loaded yet."""
        ...

    def careful_landmarks(self, picture: Picture, face: Face) -> Mesh | None:
        """Return the landmarks of a face by the engine that liveness relies on."""
        ...

    def largest(self, picture: Picture) -> Face | None:
        """Return the largest face of a photo."""
        ...


class Checks:
    """Everything here happens in the watcher's thread but `command`."""

    def __init__(self, sight: Sight, clock: Clock, answer: Callable[[Answer], None]) -> None:
        self._sight, self._clock, self._answer = sight, clock, answer
        self._commands: SimpleQueue[tuple[int, Command]] = SimpleQueue()
        self._gallery: Gallery | None = None
        self._allowed = False
        self._pending: Verify | None = None
        self._asked_ns = self._waits_ns = 0
        """When the order came, and since when pictures are waited for: in between, models may have been loaded."""

        self._live: tuple[str, liveness.State] | None = None

    @property
    def busy(self) -> bool:
        """Return whether each picture counts just now."""
        return self._pending is not None or self._live is not None

    def command(self, command: Command) -> None:
        """Hand in a command, from any thread."""
        self._commands.put((self._clock.monotonic_ns(), command))

    def see(self, picture: Picture | None, look: Look | None) -> None:
        """Carry out what was asked for, with the newest picture and what was seen in it, if there is one."""
        self._take_commands()
        if not self._allowed:
            return
        changed = False
        if picture is not None and look is not None and look.faces:
            assert self._gallery is not None
            changed = self._gallery.live(picture, look.faces[0], look.at_ns)
        self._verify()
        if self._live is not None:
            self._step(picture, look, changed)

    def forget(self) -> None:
        """End everything and overwrite every template."""
        self._allowed, self._pending, self._live = False, None, None
        if self._gallery is not None:
            self._gallery.forget()

    def _take_commands(self) -> None:
        while True:
            try:
                at_ns, command = self._commands.get_nowait()
            except Empty:
                return
            match command:
                case Allow(identity=True):
                    self._allowed = True
                    self._gallery = self._gallery or self._sight.gallery()
                case Allow():
                    self.forget()
                case Verify() if self._allowed:
                    self._begin(command, at_ns)
                case Live(request_id, challenges, limit_s) if self._allowed:
                    self._sight.load_landmarks()  # before the clock runs
                    self._live = request_id, liveness.State(challenges, round(limit_s * 1e9))
                case _:
                    pass  # consent went while the command was on its way: whoever took it back knows

    def _begin(self, verify: Verify, at_ns: int) -> None:
        assert self._gallery is not None
        self._pending, self._asked_ns, self._waits_ns = verify, at_ns, self._clock.monotonic_ns()
        try:
            photo = decode(verify.photo)
        except GuitaiError:
            self._refuse("card_unreadable")
            return
        face = self._sight.largest(photo)
        if face is None:
            self._refuse("no_face_on_card")
            return
        self._gallery.card(photo, face)

    def _verify(self) -> None:
        if self._pending is None or self._gallery is None:
            return
        waited = self._clock.monotonic_ns() - self._waits_ns >= WAIT_NS
        if self._gallery.frames < (1 if waited else ENOUGH):
            if waited:
                self._refuse("no_live_face")
            return
        compared = self._gallery.compare()
        self._end(compared.match, compared.score, compared.reason)

    def _refuse(self, reason: Refusal) -> None:
        self._end(False, 0.0, reason)

    def _end(self, match: bool, score: float, reason: Refusal | Literal["same", "different"]) -> None:
        assert self._pending is not None
        assert self._gallery is not None
        took_ms = round((self._clock.monotonic_ns() - self._asked_ns) / 1e6)
        self._gallery.forget_card()
        request_id, self._pending = self._pending.request_id, None
        self._answer(IdentityChecked(request_id, match, round(score, 4), reason, took_ms))

    def _step(self, picture: Picture | None, look: Look | None, changed: bool) -> None:
        assert self._live is not None
        request_id, state = self._live
        state, effects = liveness.step(state, self._observe(picture, look, changed))
        self._live = None if state.over else (request_id, state)
        for effect in effects:
            match effect:
                case liveness.Asked(challenge, number, of):
                    self._answer(ChallengeAsked(request_id, challenge, number, of))
                case liveness.Ended(passed, reason):
                    self._answer(LivenessChecked(request_id, passed, reason))

    def _observe(self, picture: Picture | None, look: Look | None, changed: bool) -> liveness.Observation:
        if picture is None or look is None:
            return liveness.Observation(self._clock.monotonic_ns())
        mesh = self._sight.careful_landmarks(picture, look.faces[0]) if look.faces else None
        if mesh is None:
            return liveness.Observation(look.at_ns)
        face, shapes = look.faces[0], mesh.blendshapes
        return liveness.Observation(
            look.at_ns,
            (*face.centre, face.height),
            blink=min(shapes["eyeBlinkLeft"], shapes["eyeBlinkRight"]),
            jaw=shapes["jawOpen"],
            yaw=yaw(mesh),
            stranger=changed,
        )
