-- One-tap links by the SHA-256 of their token: whoever reads this table can tap none of them.
CREATE TABLE links (
    digest TEXT PRIMARY KEY,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    body TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX links_by_age ON links (expires_at);
