"""Updates: software into the other of two slots, packs into their stores, never without a version that works (docs/updates.md)."""
