"""The bank host: a port and its HTTP client."""
