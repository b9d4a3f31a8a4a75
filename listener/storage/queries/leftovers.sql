-- samples: unmatched posts since an instant, oldest first
SELECT body FROM samples WHERE received_at >= :since ORDER BY received_at, native_id LIMIT :limit;

-- rates: per source, how many unmatched posts are kept and how many they stand for
SELECT source, count(*), sum(1.0 / rate) FROM samples WHERE received_at >= :since GROUP BY source;

-- quarantine: keep a bad frame apart
INSERT INTO quarantine (source, at, reason, raw, size) VALUES (:source, :at, :reason, :raw, :size);

-- count: and count it for ever
INSERT INTO quarantine_totals (source, frames) VALUES (:source, 1)
ON CONFLICT (source) DO UPDATE SET frames = frames + 1;

-- crowd_out: a flood of bad frames pushes out its own oldest
DELETE FROM quarantine WHERE id IN (
    SELECT id FROM quarantine WHERE source = :source ORDER BY id DESC LIMIT 10 OFFSET :most
);

-- frames: the latest bad frames
SELECT source, at, reason, raw, size FROM quarantine ORDER BY id DESC LIMIT :limit;

-- totals: how many bad frames each source ever sent
SELECT source, frames FROM quarantine_totals;
