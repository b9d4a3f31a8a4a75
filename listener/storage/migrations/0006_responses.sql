-- What the brands' own accounts answered or stated in public: when, on what, by which account; not its words,
-- and not its id. ``target`` is the post answered, ``topic`` what a statement is on; the other one is empty.
CREATE TABLE responses (
    id INTEGER PRIMARY KEY,
    brand TEXT NOT NULL,
    source TEXT NOT NULL,
    kind TEXT NOT NULL,
    account TEXT NOT NULL,
    at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    target TEXT NOT NULL,
    topic TEXT NOT NULL,
    UNIQUE (source, target, topic, brand, at)
) STRICT;

CREATE INDEX responses_by_time ON responses (brand, at);
CREATE INDEX responses_by_age ON responses (received_at);
