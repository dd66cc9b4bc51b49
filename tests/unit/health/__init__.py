"""The standing checks: what changes is told, once, and what blinks is not."""
