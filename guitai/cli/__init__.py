"""The command guitai."""
