"""The customer camera: a device or a film, put into the ring that vision, video and window read."""

from __future__ import annotations

from firmware_bridge.camera.camera import Camera

__all__ = ["Camera"]
