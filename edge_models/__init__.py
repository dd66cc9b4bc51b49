"""The senses: speech, vision and language on quantized models."""
