"""Eyes: faces near the kiosk, who came and went, and, with consent only, the expression."""
