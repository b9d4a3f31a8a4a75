-- Instants are microseconds since 1970 (UTC). Every table is STRICT: a wrong type is refused, not bent.

CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE cursors (
    source TEXT PRIMARY KEY,
    value TEXT NOT NULL,
    saved_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE snapshots (
    name TEXT PRIMARY KEY,
    seq INTEGER NOT NULL,
    judged INTEGER NOT NULL,
    saved_at INTEGER NOT NULL,
    blob BLOB NOT NULL
) STRICT;

CREATE TABLE posts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL,
    native_id TEXT NOT NULL,
    text TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL, -- when it was first seen: an edit does not move it
    author_id TEXT,
    author_handle TEXT NOT NULL DEFAULT '',
    author_name TEXT NOT NULL DEFAULT '',
    followers INTEGER,
    lang TEXT NOT NULL DEFAULT '',
    kind TEXT NOT NULL,
    target TEXT,
    url TEXT NOT NULL DEFAULT '',
    edited INTEGER NOT NULL DEFAULT 0,
    truncated INTEGER NOT NULL DEFAULT 0,
    hidden INTEGER NOT NULL DEFAULT 0,
    erased INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, native_id)
) STRICT;

CREATE INDEX posts_by_author ON posts (source, author_id) WHERE author_id IS NOT NULL;
CREATE INDEX posts_with_author ON posts (received_at) WHERE author_id IS NOT NULL;
CREATE INDEX posts_by_arrival ON posts (received_at);
CREATE INDEX reposts_by_target ON posts (source, target) WHERE kind = 'repost';

-- AUTOINCREMENT: a number is never given twice, so "after number n" stays true when rows are deleted.
CREATE TABLE mentions (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    post INTEGER NOT NULL REFERENCES posts (id) ON DELETE CASCADE,
    brand TEXT NOT NULL,
    topic TEXT NOT NULL,
    created_at INTEGER NOT NULL, -- the post's, for the index below
    matches TEXT NOT NULL,
    inherited INTEGER NOT NULL DEFAULT 0,
    cluster TEXT NOT NULL DEFAULT '',
    late INTEGER NOT NULL DEFAULT 0,
    label TEXT,
    negative REAL,
    neutral REAL,
    positive REAL,
    unsure INTEGER,
    voice TEXT,
    model TEXT,
    judged INTEGER, -- the number of its judgement, in the order in which scores were stored
    UNIQUE (post, brand, topic)
) STRICT;

-- The judgement numbers given so far: an edit voids a judgement, but its number is not given again.
CREATE TABLE judgements (
    last INTEGER NOT NULL
) STRICT;

INSERT INTO judgements (last) VALUES (0);

CREATE INDEX mentions_by_topic ON mentions (brand, topic, created_at);
CREATE INDEX mentions_unscored ON mentions (seq) WHERE judged IS NULL;
CREATE UNIQUE INDEX mentions_by_judgement ON mentions (judged) WHERE judged IS NOT NULL;

CREATE VIEW stored_mentions AS
SELECT
    m.seq, m.brand, m.topic, m.matches, m.inherited, m.cluster, m.late,
    m.label, m.negative, m.neutral, m.positive, m.unsure, m.voice,
    p.source, p.native_id, p.text, p.created_at, p.received_at,
    p.author_id, p.author_handle, p.author_name, p.followers,
    p.lang, p.kind, p.target, p.url, p.edited, p.truncated,
    m.post, m.judged, p.hidden, p.erased
FROM mentions AS m JOIN posts AS p ON p.id = m.post;

-- The rowid is posts.id; the bigrams are made in Python (bigrams.py), the text itself is not kept here.
CREATE VIRTUAL TABLE search USING fts5 (bigrams, content = '', tokenize = 'ascii', columnsize = 0);

-- Digests (digests.py), so that what was deleted is not named by the memory of its deletion.
CREATE TABLE deletions (
    digest INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

CREATE INDEX deletions_by_age ON deletions (at);

CREATE TABLE hidden_accounts (
    digest INTEGER PRIMARY KEY,
    at INTEGER NOT NULL
) STRICT;

CREATE TABLE samples (
    source TEXT NOT NULL,
    native_id TEXT NOT NULL,
    author_id TEXT,
    created_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    rate REAL NOT NULL CHECK (rate > 0 AND rate <= 1),
    body TEXT NOT NULL,
    PRIMARY KEY (source, native_id)
) STRICT;

CREATE INDEX samples_by_author ON samples (source, author_id) WHERE author_id IS NOT NULL;
CREATE INDEX samples_by_age ON samples (received_at);

CREATE TABLE gaps (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    starts INTEGER NOT NULL,
    ends INTEGER,
    reason TEXT NOT NULL,
    backfilled INTEGER NOT NULL DEFAULT 0,
    UNIQUE (source, starts)
) STRICT;

CREATE TABLE quarantine (
    id INTEGER PRIMARY KEY,
    source TEXT NOT NULL,
    at INTEGER NOT NULL,
    reason TEXT NOT NULL,
    raw BLOB NOT NULL,
    size INTEGER NOT NULL
) STRICT;

CREATE INDEX quarantine_by_source ON quarantine (source, id);
CREATE INDEX quarantine_by_age ON quarantine (at);

CREATE TABLE quarantine_totals (
    source TEXT PRIMARY KEY,
    frames INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE incidents (
    id TEXT PRIMARY KEY,
    brand TEXT NOT NULL,
    state TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    opened_at INTEGER NOT NULL,
    updated_at INTEGER NOT NULL,
    resolved_at INTEGER,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX incidents_open ON incidents (opened_at, id) WHERE state <> 'resolved';
CREATE INDEX incidents_resolved ON incidents (resolved_at) WHERE state = 'resolved';
CREATE INDEX incidents_by_brand ON incidents (brand, started_at);

CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    incident TEXT NOT NULL,
    channel TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    next_at INTEGER,
    settled_at INTEGER,
    attempts INTEGER NOT NULL,
    error TEXT NOT NULL,
    body TEXT NOT NULL
) STRICT;

CREATE INDEX pages_pending ON pages (channel, created_at, id) WHERE outcome = 'pending';
CREATE INDEX pages_by_incident ON pages (incident);
CREATE INDEX pages_by_age ON pages (created_at);

-- Which incidents and pages quote which post; a row stays after the erasure, so that an incident that is
-- recorded again from memory does not bring the erased words back.
CREATE TABLE quotations (
    digest INTEGER NOT NULL,
    holder TEXT NOT NULL CHECK (holder IN ('incident', 'page')),
    key TEXT NOT NULL,
    erased INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (digest, holder, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX quotations_by_holder ON quotations (holder, key);
