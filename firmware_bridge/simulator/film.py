"""Short films for the simulated camera: a drawn bank hall in which a public-domain portrait walks up, stays and leaves.

The portrait is NASA's picture of Eileen Collins (public domain, 512 x 512), cut out once and warped along a coarse
field for sway, head turn, blinks and speech. It proves the pipeline, not any accuracy on real faces.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

from guitai.errors import GuitaiError

Image = npt.NDArray[np.uint8]
Field = npt.NDArray[np.floating[Any]]

WIDTH, HEIGHT, FPS = 640, 480, 10
PORTRAIT_PX = 512
LAYER_PX = 1200
"""Height of the cut-out with the drawn legs below the portrait."""
EYES = ((202, 100), (247, 103))
MOUTH = (224, 149)
"""The middle of the lower lip's upper edge."""
CHIN_Y = 178
JAW_PX = 12
INSIDE_MOUTH = (38, 26, 70)
HEAD = (225, 105)
HEAD_ROWS = 340
"""Rows of the portrait the warp reaches."""
HORIZON_Y = 190
NEAR, FAR = 1.1, 0.4
"""Scale of the portrait at the kiosk and at the far wall."""

SECONDS = {"empty": 3.0, "approach": 2.5, "stand": 8.0, "leave": 2.5, "companion": 1.5, "company": 6.0}
THEN = {"approach": "stand", "leave": "empty", "companion": "company"}
"""A scene that plays once, and the scene that goes on from its last picture; the others are loops without a seam."""


@dataclass(frozen=True, slots=True)
class Pose:
    """Where one person is in one picture and what the face does."""

    x: float
    """Centre of the head, in pixels of the film."""

    scale: float
    turn: float = 0.0
    """Head to the side, in pixels of the portrait."""

    roll_deg: float = 0.0
    blink: float = 0.0
    mouth: float = 0.0


def make_films(portrait: Path, folder: Path) -> dict[str, Path]:
    """Return the films by scene name, making those that are missing (MJPG in AVI, 640 x 480, 10 pictures a second).

    Raises:
        GuitaiError: ``camera.bad_portrait`` or ``camera.cannot_write``.
    """
    films = {scene: folder / f"{scene}.avi" for scene in SECONDS}
    missing = [scene for scene, film in films.items() if not film.exists()]
    if missing:
        folder.mkdir(parents=True, exist_ok=True)
        studio = _Studio(portrait)
        for scene in missing:
            _write(films[scene], studio.pictures(scene))
    return films


def _write(film: Path, pictures: Iterator[Image]) -> None:
    draft = film.with_name("draft-" + film.name)
    writer = cv2.VideoWriter(str(draft), cv2.CAP_OPENCV_MJPEG, cv2.VideoWriter.fourcc(*"MJPG"), FPS, (WIDTH, HEIGHT))
    if not writer.isOpened():
        raise GuitaiError("camera.cannot_write", path=film)
    writer.set(cv2.VIDEOWRITER_PROP_QUALITY, 72)
    for picture in pictures:
        writer.write(picture)
    writer.release()
    draft.replace(film)


class _Studio:
    """The hall, the cut-out, and the two of them put together picture by picture."""

    def __init__(self, portrait: Path) -> None:
        image = cv2.imread(str(portrait), cv2.IMREAD_COLOR)
        if image is None or image.shape != (PORTRAIT_PX, PORTRAIT_PX, 3):
            raise GuitaiError("camera.bad_portrait", path=portrait)
        self._random = np.random.default_rng(7)
        self._hall = _hall()
        self._customer = _cut_out(np.asarray(image, dtype=np.uint8))
        self._stranger = _other_clothes(self._customer)
        self._fields = _Fields()

    def pictures(self, scene: str) -> Iterator[Image]:
        """Yield the pictures of a scene; no two in a row are alike, as with a real sensor's noise."""
        count = round(SECONDS[scene] * FPS)
        for i in range(count):
            picture = self._hall.astype(np.float32)
            for layer, pose in self._cast(scene, i, count):
                picture = self._paste(picture, layer, pose)
            grain = self._random.normal(0, 1.2, (HEIGHT // 2, WIDTH // 2)).astype(np.float32)
            noise = grain.repeat(2, axis=0).repeat(2, axis=1)[..., None]
            yield np.clip(picture + noise, 0, 255).astype(np.uint8)

    def _cast(self, scene: str, i: int, count: int) -> list[tuple[Image, Pose]]:
        """Return who is in picture `i`, the farthest first."""
        way = i / max(count - 1, 1)
        match scene:
            case "approach":
                return [(self._customer, _walk(way, i))]
            case "leave":
                return [(self._customer, _walk(1 - way, i))]
            case "stand":
                return [(self._customer, _standing(i, count))]
            case "companion":
                return [(self._stranger, _behind(way, i, count)), (self._customer, _standing(0, count))]
            case "company":
                return [(self._stranger, _behind(1.0, i, count)), (self._customer, _standing(i, count))]
            case _:
                return []

    def _paste(self, picture: Field, layer: Image, pose: Pose) -> Field:
        moved = self._fields.apply(layer, pose)
        turn = np.asarray(cv2.getRotationMatrix2D(HEAD, pose.roll_deg, pose.scale), dtype=np.float64)
        turn[:, 2] += np.array([pose.x - HEAD[0], HORIZON_Y - HEAD[1]])
        placed = cv2.warpAffine(moved, turn, (WIDTH, HEIGHT), flags=cv2.INTER_AREA)
        cover = placed[..., 3:].astype(np.float32) / 255
        mixed: Field = picture * (1 - cover) + placed[..., :3] * cover
        return mixed


def _walk(way: float, i: int) -> Pose:
    """Come from the far left to the kiosk; a step is a small bob to the side."""
    eased = way * way * (3 - 2 * way)
    sway = 6 * math.sin(i * 1.1) * (1 - way) * way * 4
    start = _standing(0, 1)
    return Pose(x=(1 - eased) * 190 + eased * start.x + sway, scale=FAR * (NEAR / FAR) ** eased)


def _standing(i: int, count: int) -> Pose:
    """Sway, look about a little, blink twice, speak in between; the end meets the beginning."""
    phase = 2 * math.pi * i / count
    blink = max(_pulse(i, 0.27 * count), _pulse(i, 0.72 * count))
    speaks = 0.5 - 0.5 * math.cos(phase)
    return Pose(
        x=320 + 5 * math.sin(phase),
        scale=NEAR * (1 + 0.01 * math.sin(2 * phase)),
        turn=5 * math.sin(phase) + 2 * math.sin(3 * phase),
        roll_deg=1.6 * math.sin(2 * phase),
        blink=blink,
        mouth=0.7 * speaks * abs(math.sin(2.2 * i)),
    )


def _behind(way: float, i: int, count: int) -> Pose:
    """Stand close behind the customer's shoulder."""
    phase = 2 * math.pi * i / count if way == 1.0 else 0.0
    return Pose(x=505 + (1 - way) * 220 + 3 * math.sin(phase), scale=0.74, turn=-3 * math.sin(phase))


def _pulse(i: int, at: float) -> float:
    return max(0.0, 1 - abs(i - round(at)) / 2)


class _Fields:
    """Displacement fields over the portrait's head, added up with a pose's weights (a coarse mesh warp)."""

    def __init__(self) -> None:
        across, down = np.arange(PORTRAIT_PX, dtype=np.float32), np.arange(HEAD_ROWS, dtype=np.float32)
        self._x, self._y = np.meshgrid(across, down)
        self._turn: Field = np.exp(-(((self._x - HEAD[0]) / 62) ** 2) - ((self._y - HEAD[1]) / 80) ** 2)
        self._lids = sum((self._lid(*eye) for eye in EYES), np.zeros_like(self._x))
        aside = (self._x - MOUTH[0]) / 22
        self._lip: Field = MOUTH[1] - 8 * aside**2
        self._gape: Field = np.exp(-((1.25 * aside) ** 4))

    def _lid(self, x: int, y: int) -> Field:
        """The skin above an eye stretched over it, so that the lashes come to lie on the lower lid."""
        top, high, lid = y - 7, 13, 4
        way = (self._y - top) / high
        down = np.where((way >= 0) & (way <= 1), high * way - lid * way**4, 0)
        out: Field = down * np.exp(-(((self._x - x) / 13) ** 4))
        return out

    def apply(self, layer: Image, pose: Pose) -> Image:
        """Return the layer with its head moved; what lies below the head stays."""
        if not (pose.turn or pose.blink or pose.mouth):
            return layer
        drop = JAW_PX * pose.mouth * self._gape
        jaw = drop * (self._y > self._lip + drop) * np.clip((CHIN_Y + 30 - self._y) / 30, 0, 1)
        from_x = self._x - pose.turn * self._turn
        from_y = self._y - pose.blink * self._lids - jaw
        moved = layer.copy()
        moved[:HEAD_ROWS] = cv2.remap(layer, from_x.astype(np.float32), from_y.astype(np.float32), cv2.INTER_LINEAR)
        inside = (self._y > self._lip) & (self._y <= self._lip + drop)
        moved[:HEAD_ROWS][inside, :3] = INSIDE_MOUTH
        return moved


def _cut_out(portrait: Image) -> Image:
    """Return the person with an alpha channel and drawn legs below, 1200 x 512 x 4."""
    cover = _person_mask(portrait)
    layer = np.zeros((LAYER_PX, PORTRAIT_PX, 4), np.uint8)
    layer[:PORTRAIT_PX, :, :3] = portrait
    layer[:PORTRAIT_PX, :, 3] = cover
    _draw_legs(layer, portrait[440:470, 60:120].reshape(-1, 3).mean(0))
    return layer


def _draw_legs(layer: Image, suit: npt.NDArray[np.float64]) -> None:
    """Draw what the portrait's frame cuts off: two trouser legs, and the lower edge of the helmet."""
    across = np.arange(PORTRAIT_PX, dtype=np.float32)
    for y in range(PORTRAIT_PX, LAYER_PX):
        taper = 1 - 0.25 * (y - PORTRAIT_PX) / (LAYER_PX - PORTRAIT_PX)
        for centre in (150, 285):
            off = (across - centre) / (70 * taper)
            inside = abs(off) < 1
            shade = 0.35 + 0.5 * np.sqrt(np.clip(1 - off * off, 0, 1))
            layer[y, inside, :3] = (shade[:, None] * suit)[inside].astype(np.uint8)
            layer[y, inside, 3] = 255
    below = layer[PORTRAIT_PX:].copy()
    cv2.ellipse(below, (388, -66), (108, 112), 0, 0, 360, (22, 20, 20, 255), -1, cv2.LINE_AA)
    layer[PORTRAIT_PX:] = below


def _person_mask(portrait: Image) -> Image:
    """Return the person's coverage, 0 to 255, by GrabCut inside a hand-drawn outline (Rother et al., 2004)."""
    half = cv2.resize(portrait, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    likely = np.full(half.shape[:2], cv2.GC_BGD, np.uint8)
    outline = [(70, 4), (118, 4), (154, 30), (152, 66), (156, 92), (184, 140), (184, 174), (250, 176), (255, 255)]
    outline += [(6, 255), (14, 170), (44, 100), (58, 88), (90, 72), (74, 50), (72, 30)]
    sure = [(84, 22), (108, 12), (142, 28), (134, 78), (148, 120), (170, 165), (215, 200), (220, 255), (22, 255)]
    sure += [(26, 170), (56, 116), (92, 84), (86, 50)]
    cv2.fillPoly(likely, [np.array(outline)], cv2.GC_PR_FGD)
    cv2.fillPoly(likely, [np.array(sure)], cv2.GC_FGD)
    no_box: Any = None  # the stub wants a rectangle, which GC_INIT_WITH_MASK ignores
    cv2.setRNGSeed(7)
    cv2.grabCut(half, likely, no_box, np.zeros((1, 65)), np.zeros((1, 65)), 3, cv2.GC_INIT_WITH_MASK)
    inside = np.isin(likely, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.uint8) * 255
    opened = cv2.morphologyEx(inside, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    whole = cv2.resize(opened, (PORTRAIT_PX, PORTRAIT_PX), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.GaussianBlur(whole, (5, 5), 0), dtype=np.uint8)


def _other_clothes(layer: Image) -> Image:
    """Return the mirror image in blue with darker hair: the second person."""
    colours = cv2.cvtColor(layer[..., :3], cv2.COLOR_BGR2HSV)
    vivid = (colours[..., 1] > 150) & (np.arange(LAYER_PX)[:, None] > 200)
    colours[..., 0] = np.where(vivid, 112, colours[..., 0])
    colours[..., 2] = (colours[..., 2] * np.where(vivid, 0.45, 0.9)).astype(np.uint8)
    other = np.dstack([cv2.cvtColor(colours, cv2.COLOR_HSV2BGR), layer[..., 3]])
    # the head's centre stays where `HEAD` says
    return np.asarray(np.roll(other[:, ::-1], 2 * HEAD[0] - PORTRAIT_PX + 1, axis=1), dtype=np.uint8)


def _hall() -> Image:
    """Draw the bank hall the camera looks into, slightly out of focus."""
    hall = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    floor_y = 300
    wall = np.linspace(214, 186, floor_y)[:, None, None] * np.array([0.97, 1.0, 1.02])
    hall[:floor_y] = np.clip(wall, 0, 255).astype(np.uint8)
    ground = np.linspace(120, 176, HEIGHT - floor_y)[:, None, None] * np.array([0.93, 0.97, 1.0])
    hall[floor_y:] = np.clip(ground, 0, 255).astype(np.uint8)
    for x in range(-960, 1600, 128):
        cv2.line(hall, (320 + (x - 320) // 4, floor_y), (x, HEIGHT), (112, 118, 122), 1, cv2.LINE_AA)
    for y in (322, 356, 410):
        cv2.line(hall, (0, y), (WIDTH, y), (112, 118, 122), 1, cv2.LINE_AA)
    for x in (28, 590):  # pillars
        cv2.rectangle(hall, (x, 0), (x + 34, floor_y + 24), (168, 176, 180), -1)
        cv2.rectangle(hall, (x, 0), (x + 8, floor_y + 24), (196, 203, 206), -1)
    cv2.rectangle(hall, (90, 92), (250, floor_y), (150, 138, 120), -1)  # glass doors
    for x in (96, 173):
        cv2.rectangle(hall, (x, 98), (x + 71, floor_y - 4), (226, 216, 200), -1)
    cv2.rectangle(hall, (360, 214), (570, floor_y + 8), (92, 112, 140), -1)  # counter with its top
    cv2.rectangle(hall, (354, 206), (576, 218), (70, 84, 104), -1)
    cv2.rectangle(hall, (384, 60), (548, 104), (60, 66, 168), -1)  # sign
    cv2.rectangle(hall, (398, 76), (534, 88), (226, 230, 240), -1)
    return np.asarray(cv2.GaussianBlur(hall, (7, 7), 0), dtype=np.uint8)
