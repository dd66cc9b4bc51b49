"""Documents: what the lines of a page are: kind, fields, clauses, doubts, words of a scam. Pure; nothing of it is kept."""
