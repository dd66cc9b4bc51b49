"""The kiosk's ears and voice: voice activity, endpoint, recognition, synthesis, served in Wyoming's protocol."""
