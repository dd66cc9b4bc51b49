"""The thin shell around the pure session: one module per neighbour core talks to. Only the daemon imports it."""
