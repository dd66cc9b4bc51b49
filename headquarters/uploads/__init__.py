"""What kiosks upload: chunks by their hash, packages once all their chunks are there."""
