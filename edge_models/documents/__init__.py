"""Papers: from the picture of a page to its lines of text. Lives in the vision process, in a child of its own that comes and goes."""
