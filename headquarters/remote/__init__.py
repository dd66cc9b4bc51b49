"""Settings and jobs of kiosks, kept and followed up at headquarters."""
