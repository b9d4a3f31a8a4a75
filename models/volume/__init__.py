"""Flare-up detection: pure, online, in event time."""
