"""Looks the machine over: what is wrong, what it means for customers, what to do, and what can be mended at once."""
