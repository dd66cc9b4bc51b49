"""Wire tests of the risk room."""
