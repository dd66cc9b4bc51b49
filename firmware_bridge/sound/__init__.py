"""Sound: the one owner of microphone and loudspeaker: capture, echo cancellation, the ring, the mixer."""
