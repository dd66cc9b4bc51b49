"""XFS4IoT (CWA 17852) without I/O: envelope, catalogue, client and host sessions, tokens, dialects."""
