"""What people read when the night is over: the morning digest, and the report of a month."""
