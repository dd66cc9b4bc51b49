"""Frames on local sockets and rings in shared memory: the ground floor's transport, sans-I/O where it can be."""
