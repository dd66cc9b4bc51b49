"""Guitai (柜台): the core of a video teller machine; pure decisions and the daemon that carries them out."""
