-- load_cursor: where a source resumes
SELECT value FROM cursors WHERE source = :source;

-- close_gaps: a source speaks again
UPDATE gaps SET ends = :ends, backfilled = max(backfilled, :backfilled) WHERE source = :source AND ends IS NULL;

-- open_gaps: who is silent now
SELECT source, starts, ends, reason, backfilled FROM gaps WHERE ends IS NULL ORDER BY starts, id;

-- overlapping_gaps: who was silent in a stretch of time
SELECT source, starts, ends, reason, backfilled FROM gaps
WHERE starts < :until AND (ends IS NULL OR ends > :since) ORDER BY starts, id;

-- save_snapshot: what a part of the program knows, and which mentions and judgements that covers
INSERT INTO snapshots (name, seq, judged, saved_at, blob) VALUES (:name, :seq, :judged, :saved_at, :blob)
ON CONFLICT (name) DO UPDATE
SET seq = excluded.seq, judged = excluded.judged, saved_at = excluded.saved_at, blob = excluded.blob;

-- load_snapshot: what a part of the program knew
SELECT seq, judged, saved_at, blob FROM snapshots WHERE name = :name;

-- set_meta: a word to keep
INSERT INTO meta (key, value) VALUES (:key, :value) ON CONFLICT (key) DO UPDATE SET value = excluded.value;

-- get_meta: a word that was kept
SELECT value FROM meta WHERE key = :key;
