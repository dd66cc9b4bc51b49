"""The moves of each kind of device, for guitai devices exercise."""
