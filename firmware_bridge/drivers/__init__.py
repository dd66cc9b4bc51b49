"""Drivers of devices on real wires: chip cards over PC/SC, ID-card readers over serial, ESC/POS receipt printers."""
