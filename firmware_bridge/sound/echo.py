"""Removes the kiosk's own voice from the microphone: Speex's adaptive filter and its residual suppressor, by ctypes."""

from __future__ import annotations

import ctypes
import ctypes.util

import numpy as np
import structlog

from firmware_bridge.sound.blocks import BLOCK_NS, Samples
from guitai.wire.rings import AUDIO_BLOCK, AUDIO_RATE_HZ

TAIL = 16 * AUDIO_BLOCK
"""Samples of echo the filter can model: 320 ms. Of these the sound card takes up to 60 and the alignment 16; the rest is
a hall's reverberation. Twice as much would converge more slowly and hear no better (`guitai bench echo`)."""

REST_AFTER_BLOCKS = 25
"""After half a second of silent loudspeaker there is no echo: the microphone passes untouched, and costs nothing."""

DELAY_NS = BLOCK_NS
"""The suppressor works on windows that overlap by half: what comes out was captured one block earlier."""

ECHO_SUPPRESS_DB = -40
"""How far what the filter leaves is turned down while only the kiosk speaks …"""

ECHO_SUPPRESS_ACTIVE_DB = -15
"""… and while the customer speaks over it, band by band, where echo outweighs the voice."""

NOISE_SUPPRESS_DB = -6
"""Gentle: a recogniser hears noise better than holes."""

SET_SAMPLING_RATE = 24  # SPEEX_ECHO_SET_SAMPLING_RATE of speex_echo.h; below, SPEEX_PREPROCESS_* of speex_preprocess.h
SET_DENOISE = 0
SET_NOISE_SUPPRESS = 18
SET_ECHO_SUPPRESS = 20
SET_ECHO_SUPPRESS_ACTIVE = 22
SET_ECHO_STATE = 24
log = structlog.get_logger()


class EchoCanceller:
    """One filter state; feed it every 20 ms block with what the loudspeaker played at that time.

    The filter is Valin's (On Adjusting the Learning Rate in Frequency Domain Echo Cancellation With Double-Talk, 2007):
    it slows down by itself while somebody speaks over the kiosk, so no detector of double-talk is needed.
    """

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library
        library.speex_echo_state_init.restype = ctypes.c_void_p
        library.speex_preprocess_state_init.restype = ctypes.c_void_p
        self._filter = ctypes.c_void_p(library.speex_echo_state_init(AUDIO_BLOCK, TAIL))
        library.speex_echo_ctl(self._filter, SET_SAMPLING_RATE, ctypes.byref(ctypes.c_int(AUDIO_RATE_HZ)))
        self._suppressor = ctypes.c_void_p(library.speex_preprocess_state_init(AUDIO_BLOCK, AUDIO_RATE_HZ))
        for setting, value in (
            (SET_DENOISE, 1),  # without it the library applies no gain at all
            (SET_NOISE_SUPPRESS, NOISE_SUPPRESS_DB),
            (SET_ECHO_SUPPRESS, ECHO_SUPPRESS_DB),
            (SET_ECHO_SUPPRESS_ACTIVE, ECHO_SUPPRESS_ACTIVE_DB),
        ):
            library.speex_preprocess_ctl(self._suppressor, setting, ctypes.byref(ctypes.c_int(value)))
        library.speex_preprocess_ctl(self._suppressor, SET_ECHO_STATE, self._filter)
        self._silent_blocks = REST_AFTER_BLOCKS
        self._before: Samples = np.zeros(AUDIO_BLOCK, np.int16)

    def process(self, near: Samples, far: Samples | None) -> Samples:
        """Return the microphone block before `near` without its echo (`far` None: the loudspeaker was silent)."""
        resting = self._silent_blocks > REST_AFTER_BLOCKS
        self._silent_blocks = self._silent_blocks + 1 if far is None else 0
        near = np.ascontiguousarray(near, np.int16)
        before, self._before = self._before, near
        if self._silent_blocks > REST_AFTER_BLOCKS:
            return before
        if resting:
            self._suppress(before.copy())  # so that its windows lie over what really came before
        out = np.empty(AUDIO_BLOCK, np.int16)
        far = np.zeros(AUDIO_BLOCK, np.int16) if far is None else np.ascontiguousarray(far, np.int16)
        self._library.speex_echo_cancellation(self._filter, *(ctypes.c_void_p(a.ctypes.data) for a in (near, far, out)))
        self._suppress(out)
        return out

    def close(self) -> None:
        """Free filter and suppressor."""
        self._library.speex_preprocess_state_destroy(self._suppressor)
        self._library.speex_echo_state_destroy(self._filter)

    def _suppress(self, block: Samples) -> None:
        self._library.speex_preprocess_run(self._suppressor, ctypes.c_void_p(block.ctypes.data))


def find_canceller() -> EchoCanceller | None:
    """Return a canceller, or None (and say so in the log) on a machine without libspeexdsp."""
    name = ctypes.util.find_library("speexdsp")
    if name is None:
        log.warning("sound.no_echo_cancellation", reason="libspeexdsp is not installed")
        return None
    return EchoCanceller(ctypes.CDLL(name))
