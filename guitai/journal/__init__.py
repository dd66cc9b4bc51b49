"""Events, effects and outbox in one encrypted SQLite file."""
