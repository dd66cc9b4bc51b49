"""The client's side of the devices: connections that come back by themselves, and one small client per device."""
