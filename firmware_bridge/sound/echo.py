"""Removes the kiosk's own voice from the microphone: Speex's adaptive filter, through ctypes."""

from __future__ import annotations

import ctypes
import ctypes.util

import numpy as np
import structlog

from firmware_bridge.sound.blocks import Samples
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

TAIL = 10 * AUDIO_BLOCK
"""Samples of echo the filter can model: 200 ms, a room and a sound card's buffers."""

REST_AFTER_BLOCKS = 25
"""After half a second of silent loudspeaker there is no echo: the microphone passes untouched, and costs nothing."""

SET_SAMPLING_RATE = 24  # SPEEX_ECHO_SET_SAMPLING_RATE of speex_echo.h
log = structlog.get_logger()


class EchoCanceller:
    """One filter state; feed it every 20 ms block with what the loudspeaker played at that time."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        library.speex_echo_state_init.restype = ctypes.c_void_p
        self._state = ctypes.c_void_p(library.speex_echo_state_init(AUDIO_BLOCK, TAIL))
        library.speex_echo_ctl(self._state, SET_SAMPLING_RATE, ctypes.byref(ctypes.c_int(AUDIO_RATE_HZ)))
        self._silent_blocks = REST_AFTER_BLOCKS

    def process(self, near: Samples, far: Samples | None) -> Samples:
        """Return the microphone block `near` without the echo of `far` (None: the loudspeaker was silent)."""
        self._silent_blocks = self._silent_blocks + 1 if far is None else 0
        if self._silent_blocks > REST_AFTER_BLOCKS:
            return near
        out = np.empty(AUDIO_BLOCK, np.int16)
        near = np.ascontiguousarray(near, np.int16)
        far = np.zeros(AUDIO_BLOCK, np.int16) if far is None else np.ascontiguousarray(far, np.int16)
        self._library.speex_echo_cancellation(self._state, *(ctypes.c_void_p(a.ctypes.data) for a in (near, far, out)))
        return out

    def close(self) -> None:
        """Free the filter."""
        self._library.speex_echo_state_destroy(self._state)


def find_canceller() -> EchoCanceller | None:
    """Return a canceller, or None (and say so in the log) on a machine without libspeexdsp."""
    name = ctypes.util.find_library("speexdsp")
    if name is None:
        log.warning("sound.no_echo_cancellation", reason="libspeexdsp is not installed")
        return None
    return EchoCanceller(ctypes.CDLL(name))
