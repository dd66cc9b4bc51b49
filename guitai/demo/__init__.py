"""The scripted branch: starts the whole process table and serves customers end to end."""
