"""Chaos: real processes killed, lines cut, disks that lie; what was acknowledged has to be there afterwards, once.

Two harnesses. `storage` records what the real journal and the real store write to their disk (`shim.c` stands before libc)
and opens states a power cut may have left. `run` keeps a light core, sync, broker and headquarters
going as real processes (`world`) while `faults` befall them. docs/adr/0021 says why.
"""
