"""Headquarters: collector, store, bank and SMS simulators, teller page, API."""
