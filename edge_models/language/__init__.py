"""Understanding: what a customer's sentence means, with calibrated probabilities, in a few milliseconds on one thread."""
