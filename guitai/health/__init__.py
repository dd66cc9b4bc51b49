"""Finds faults and repairs them."""
