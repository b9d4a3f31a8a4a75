"""A night of calls, from the first post to the morning's digest: `python -m bench.oncall`."""
