"""Chaos: real processes killed, lines cut, disks that lie; what was acknowledged has to be there afterwards, once.

Two harnesses. `storage` records what the real journal and the real store write to their disk (`shim.c` stands before libc)
and opens every state a power cut may have left. `kiosk` and its neighbours run core, sync, broker and headquarters as real
processes and kill them. docs/adr says why.
"""
