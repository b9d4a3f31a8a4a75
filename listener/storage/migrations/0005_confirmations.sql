-- Who behind a channel has a page already, as a JSON array of names: after a kill only the others are told.
ALTER TABLE pages ADD COLUMN confirmed_by TEXT NOT NULL DEFAULT '[]';
CREATE INDEX pages_dead ON pages (settled_at) WHERE outcome = 'dead';
