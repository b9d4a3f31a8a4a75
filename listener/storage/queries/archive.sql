-- extent: when the first and the last post arrived, matched and sampled ones
SELECT
    (SELECT min(received_at) FROM posts), (SELECT max(received_at) FROM posts),
    (SELECT min(received_at) FROM samples), (SELECT max(received_at) FROM samples);

-- arrived: the posts of a stretch of time in order of arrival, with a score if any of their mentions has one
SELECT
    p.source, p.native_id, p.text, p.created_at, p.received_at,
    p.author_id, p.author_handle, p.author_name, p.followers,
    p.lang, p.kind, p.target, p.url, p.edited, p.truncated,
    m.label, m.negative, m.neutral, m.positive, m.unsure, m.voice, p.received_at, p.id
FROM posts AS p LEFT JOIN mentions AS m
ON m.seq = (SELECT min(seq) FROM mentions WHERE post = p.id AND label IS NOT NULL)
WHERE (p.received_at, p.id) > (:at, :id) AND p.received_at < :until AND p.erased = 0
ORDER BY p.received_at, p.id LIMIT :limit;

-- again: some posts by identity, with a score if any of their mentions has one
SELECT
    p.source, p.native_id, p.text, p.created_at, p.received_at,
    p.author_id, p.author_handle, p.author_name, p.followers,
    p.lang, p.kind, p.target, p.url, p.edited, p.truncated,
    m.label, m.negative, m.neutral, m.positive, m.unsure, m.voice
FROM json_each(:keys) AS k CROSS JOIN posts AS p
ON p.source = k.value ->> 0 AND p.native_id = k.value ->> 1 AND p.erased = 0
LEFT JOIN mentions AS m
ON m.seq = (SELECT min(seq) FROM mentions WHERE post = p.id AND label IS NOT NULL)
ORDER BY k.key;

-- sampled: the sample of unmatched posts of a stretch of time, in order of arrival
SELECT rate, body, received_at, rowid FROM samples
WHERE (received_at, rowid) > (:at, :id) AND received_at < :until
ORDER BY received_at, rowid LIMIT :limit;

-- sampled_by_source: per source, how many are in the sample and how many they stand for
SELECT source, count(*), sum(1.0 / rate) FROM samples
WHERE received_at >= :since AND received_at < :until GROUP BY source ORDER BY source;

-- lost: of the posts of a stretch of time, how many were deleted since, and of how many the author is forgotten
SELECT coalesce(sum(erased), 0), coalesce(sum(erased = 0 AND author_id IS NULL), 0) FROM posts
WHERE received_at >= :since AND received_at < :until;

-- fires_between: the incidents that opened in a stretch of time, oldest first
SELECT body FROM incidents WHERE opened_at >= :since AND opened_at < :until ORDER BY opened_at, id;
