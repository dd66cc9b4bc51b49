"""How kiosks join, renew, move and leave: claim codes, certificates by EST, documents (docs/enrolment.md)."""
