"""Synthetic nights: seeded posts of one topic, what happens in them, and what detectors make of them."""
