"""Simulated machines: persisted physical models with injectable faults, and the hands that use them."""
