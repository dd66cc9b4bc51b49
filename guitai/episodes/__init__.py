"""Episodes: a whole kiosk in one process and on virtual time, with everything broken that can break, and the count after.

Real are session, journal, daemon, device port, protocol, services, simulated machines and the bank's ledger; in memory
is only the line between them. What is proved is physical: the notes and cards that moved against the ledger.
"""
