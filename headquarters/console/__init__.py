"""The teller console's server side: who may do what, the queue, a takeover, its briefing, and what supervisors look at."""
