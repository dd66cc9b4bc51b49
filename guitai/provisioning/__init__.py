"""How this machine becomes a kiosk of a headquarters, stays one, and stops being one (docs/enrolment.md)."""
