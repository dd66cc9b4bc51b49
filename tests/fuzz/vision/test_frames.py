"""Whatever comes over the socket or as a picture: an order, or an error with a code; never anything else."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edge_models.vision.orders import Consent, LivenessOrder, VerifyOrder, order_of
from edge_models.vision.stills import LARGEST_PX, decode
from guitai.errors import GuitaiError
from guitai.messages.face import CONSENT, LIVENESS, VERIFY
from guitai.wire.framing import Frame

json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["expression", "identity", "request_id", "challenges", "limit_s"]) | st.text(max_size=8)
values = json | st.just(["blink", "turn_left"]) | st.just("r1") | st.just(5.0)
frames = st.builds(
    Frame,
    st.sampled_from([CONSENT, VERIFY, LIVENESS]) | st.text(max_size=12),
    st.dictionaries(names, values, max_size=4),
    st.binary(max_size=40),
)


def outcome(function, argument):
    """What came out, or the code of the error."""
    try:
        return function(argument)
    except GuitaiError as error:
        return error.code


@given(frames)
def test_a_frame_is_an_order_or_an_error(frame):
    result = outcome(order_of, frame)
    assert result in ("wire.unknown_type", "wire.bad_data") or isinstance(result, Consent | VerifyOrder | LivenessOrder)


PICTURE = cv2.imencode(".jpg", np.random.default_rng(3).integers(0, 255, (40, 60, 3), dtype=np.uint8))[1].tobytes()


@settings(deadline=None)
@given(st.binary(max_size=200) | st.tuples(st.integers(0, len(PICTURE)), st.binary(max_size=9)))
def test_a_photo_is_a_picture_or_an_error(damage):
    content = damage if isinstance(damage, bytes) else PICTURE[: damage[0]] + damage[1] + PICTURE[damage[0] + 3 :]
    result = outcome(decode, content)
    if isinstance(result, str):
        assert result == "vision.not_decoded"
    else:
        assert result.ndim == 3
        assert max(result.shape[:2]) <= LARGEST_PX


BOMB = """
import struct, zlib
from edge_models.vision.stills import decode
from guitai.errors import GuitaiError

def chunk(kind, body):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

size = struct.pack(">IIBBBBB", 20000, 20000, 1, 0, 0, 0, 0)
rows = zlib.compress(bytes(2501) * 20000, 9)
try:
    decode(b"\\x89PNG\\r\\n\\x1a\\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))
except GuitaiError as error:
    print(error.code)
"""


def test_a_small_file_that_unpacks_to_gigabytes_is_refused():
    done = subprocess.run([sys.executable, "-c", BOMB], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "vision.not_decoded", done.stderr


@pytest.mark.parametrize("shape", [(1, 1), (1, 4000), (4000, 3), (48, 48)])
def test_strange_shapes_are_brought_to_size(shape):
    picture = decode(cv2.imencode(".png", np.zeros(shape, np.uint8))[1].tobytes())
    assert min(picture.shape[:2]) >= 1
    assert max(picture.shape[:2]) <= LARGEST_PX
