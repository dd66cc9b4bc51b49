"""Fits and packs what guitai/risk reads; nothing here runs on the kiosk."""
