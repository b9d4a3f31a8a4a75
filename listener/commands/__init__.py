"""What ``hinoban`` does when it is typed: one module per command."""
