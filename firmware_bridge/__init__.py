"""Peripherals: XFS4IoT protocol, service host, drivers, simulator, sound and camera."""
