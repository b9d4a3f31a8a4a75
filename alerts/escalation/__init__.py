"""Whom to wake, when, and by which channels: routes, ladders, quiet hours, bundling, load."""
