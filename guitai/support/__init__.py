"""The support bundle: what helps to see why a kiosk is not well, without a person in it, for headquarters' eyes alone."""
