"""Scenarios: scripted customers played through the real core, each turn and each outcome judged.

Real are session, dialogue, journal, daemon, device port, services, simulated machines, bank ledger and the language step;
time is virtual, as in `guitai.episodes`, on whose kiosk this room stands.
"""
