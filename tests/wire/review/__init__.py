"""Wire tests of the review."""
