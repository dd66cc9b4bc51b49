"""A recording's film as browsers play it: WebM with an index, its sound copied, its pictures encoded anew (VP8)."""

from __future__ import annotations

import io

from guitai.errors import GuitaiError

MEDIA_TYPE = "video/webm"
PICTURE_BIT_RATE = 600_000
REALTIME = {"deadline": "realtime", "cpu-used": "8", "threads": "1"}
"""libvpx's fastest: a viewer waits for it. One thread: calls in progress come first."""


def to_webm(film: bytes) -> bytes:
    """Return a Matroska film (MJPEG, Opus) as WebM. Raises GuitaiError ``recording.no_film``."""
    import av  # only where somebody looks at a recording: the encoders take memory

    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(film), "r") as source, av.open(out, "w", format="webm") as target:
            pictures, sound = source.streams.video[0], source.streams.audio[0]
            copied = target.add_stream_from_template(sound)
            encoded = target.add_stream("libvpx", rate=pictures.average_rate or 4, options=REALTIME)
            encoded.width, encoded.height = pictures.width, pictures.height
            encoded.pix_fmt, encoded.bit_rate = "yuv420p", PICTURE_BIT_RATE
            encoded.time_base = pictures.time_base
            for packet in source.demux(sound, pictures):
                if packet.dts is None:
                    continue
                if packet.stream is sound:
                    packet.stream = copied
                    target.mux(packet)
                    continue
                for frame in packet.decode():
                    if not isinstance(frame, av.VideoFrame):
                        continue
                    still = frame.reformat(format="yuv420p")
                    still.pts, still.time_base = frame.pts, frame.time_base
                    target.mux(encoded.encode(still))
            target.mux(encoded.encode(None))
    except (av.FFmpegError, IndexError, ValueError) as error:
        raise GuitaiError("recording.no_film", reason=str(error)) from error
    return out.getvalue()
