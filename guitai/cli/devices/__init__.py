"""The command guitai devices: what a technician does with the machines; one sub-command per file."""
