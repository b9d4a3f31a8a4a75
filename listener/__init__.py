"""The daemon: everything that touches the outside world."""
