"""Answers the kiosk may give on its own: reviewed facts only."""
