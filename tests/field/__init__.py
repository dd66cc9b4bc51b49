"""The whole kiosk on a real systemd."""
