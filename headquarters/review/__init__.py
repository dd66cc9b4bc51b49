"""Nightly review of the risk rules: labelled outcomes, a fit with guard rails, a person's approval, the way back."""
