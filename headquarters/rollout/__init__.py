"""Staged rollouts: a few kiosks first, the rest only while those do well (docs/updates.md)."""
