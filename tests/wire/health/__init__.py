"""Faults brought about, and what the doctor says of them."""
