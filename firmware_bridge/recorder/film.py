"""The film of a recording: stereo sound (customer left, kiosk right) and a few pictures a second, in one Matroska stream."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Protocol

import av
import numpy as np

from firmware_bridge.recorder.timeline import Stereo
from guitai.errors import GuitaiError
from guitai.wire.rings import AUDIO_RATE_HZ, Picture

PICTURES_PER_S = 4
SOUND_BIT_RATE = 48_000
PICTURE_BIT_RATE = 400_000


class Sink(Protocol):
    """Where the film goes; it is never rewound."""

    def write(self, data: bytes, /) -> int:
        """Take more of it."""


class FilmWriter:
    """Encodes into `sink`. Use from one thread."""

    def __init__(self, sink: Sink, width: int, height: int) -> None:
        self._container = av.open(sink, "w", format="matroska")
        self._sound = self._container.add_stream("libopus", rate=AUDIO_RATE_HZ)
        self._sound.layout, self._sound.bit_rate = "stereo", SOUND_BIT_RATE
        self._picture = self._container.add_stream("mjpeg", rate=PICTURES_PER_S)
        self._picture.width, self._picture.height = width, height
        self._picture.pix_fmt, self._picture.bit_rate = "yuvj420p", PICTURE_BIT_RATE
        self._samples = 0
        self._last_ms = -1
        self.pictures = 0

    @property
    def duration_ms(self) -> int:
        """Of the sound so far."""
        return self._samples * 1000 // AUDIO_RATE_HZ

    def sound(self, samples: Stereo) -> None:
        """Add sound: it follows what is there."""
        if not len(samples):
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(samples).reshape(1, -1), format="s16", layout="stereo")
        frame.sample_rate, frame.pts, frame.time_base = AUDIO_RATE_HZ, self._samples, Fraction(1, AUDIO_RATE_HZ)
        self._samples += len(samples)
        self._container.mux(self._sound.encode(frame))

    def picture(self, picture: Picture, at_ms: int) -> None:
        """Add a picture, height x width x 3 BGR, of so many ms after the beginning."""
        at_ms = max(at_ms, self._last_ms + 1)
        frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), "bgr24").reformat(format="yuvj420p")
        frame.pts, frame.time_base = at_ms * PICTURES_PER_S // 1000, Fraction(1, PICTURES_PER_S)
        if frame.pts * 1000 // PICTURES_PER_S <= self._last_ms:
            return
        self._last_ms = frame.pts * 1000 // PICTURES_PER_S
        self.pictures += 1
        self._container.mux(self._picture.encode(frame))

    def close(self) -> None:
        """Write what the encoders still hold, and the end."""
        self._container.mux(self._sound.encode(None))
        self._container.mux(self._picture.encode(None))
        self._container.close()


def measured(film: bytes) -> tuple[int, int, int]:
    """Return how long the sound and the pictures of a film last, in ms, and how many pictures there are.

    Raises:
        GuitaiError: ``recording.no_film`` when it is none.
    """
    ends_ms, pictures = {"audio": 0, "video": 0}, 0
    try:
        with av.open(io.BytesIO(film), "r") as container:
            for packet in container.demux():
                if packet.pts is None or packet.time_base is None:
                    continue
                kind = packet.stream.type
                end_ms = round(float((packet.pts + (packet.duration or 0)) * packet.time_base) * 1000)
                ends_ms[kind] = max(ends_ms[kind], end_ms)
                pictures += kind == "video"
    except (av.FFmpegError, KeyError) as error:
        raise GuitaiError("recording.no_film", reason=str(error)) from error
    return ends_ms["audio"], ends_ms["video"], pictures
