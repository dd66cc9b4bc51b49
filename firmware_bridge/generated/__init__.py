"""Generated from the catalogue by firmware_bridge.protocol.generate: typed payloads."""
