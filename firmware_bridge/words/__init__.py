"""Plain sentences, Chinese and English, for every error code and state of the devices; data in the TOML files beside."""
