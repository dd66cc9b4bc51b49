"""Tests of the nightly review."""
