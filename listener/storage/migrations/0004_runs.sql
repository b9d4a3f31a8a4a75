-- One row per life of the daemon; seen_at moves on every minute, so that a kill leaves its time behind.

CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    version TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL
) STRICT;

CREATE INDEX runs_by_start ON runs (started_at);
