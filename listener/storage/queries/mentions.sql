-- score: keep a judgement and its number
UPDATE mentions
SET label = :label, negative = :negative, neutral = :neutral, positive = :positive, unsure = :unsure,
    voice = :voice, model = :model, judged = :judged
WHERE seq = :seq;

-- number: take the numbers for so many judgements; return the last of them
UPDATE judgements SET last = last + :count RETURNING last;

-- last: the numbers of the latest mention and judgement ever given (rows may be gone)
SELECT
    coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'mentions'), 0),
    (SELECT last FROM judgements);

-- unscored: what waits for judging, newest first
SELECT * FROM stored_mentions
WHERE judged IS NULL AND text <> '' AND hidden = 0
ORDER BY seq DESC LIMIT :limit;

-- after: everything since a number, in order
SELECT * FROM stored_mentions WHERE seq > :seq ORDER BY seq LIMIT :limit;

-- judged_after: judgements since a number on mentions up to another, in order
SELECT * FROM stored_mentions
WHERE judged > :judged AND seq <= :seq
ORDER BY judged LIMIT :limit;

-- of_posts: to which topics some posts are counted
SELECT v.* FROM json_each(:keys) AS k CROSS JOIN stored_mentions AS v
ON v.source = k.value ->> 0 AND v.native_id = k.value ->> 1 AND v.erased = 0
ORDER BY k.key, v.seq;

-- recent_keys: identities seen since
SELECT source, native_id FROM posts WHERE received_at >= :since AND erased = 0;

-- window: the posts of some topics in a stretch of time, most negative first; unscored ones count a third
SELECT * FROM stored_mentions
WHERE seq IN (
    SELECT seq FROM mentions
    WHERE brand = :brand AND topic IN (SELECT value FROM json_each(:topics))
        AND created_at >= :since AND created_at < :until
) AND hidden = 0 AND erased = 0
ORDER BY coalesce(negative, 1.0 / 3) DESC, created_at DESC LIMIT :limit;

-- hourly: mentions per hour of event time
SELECT
    created_at / 3600000000, count(*), sum(label IS 'negative'), sum(label IS 'neutral'), sum(label IS 'positive')
FROM mentions
WHERE brand = :brand AND topic = :topic AND created_at >= :since
GROUP BY 1 ORDER BY 1;

-- search: mentions whose text holds every word, newest first (the join goes from the index, which is in order)
SELECT v.* FROM search AS s CROSS JOIN stored_mentions AS v ON v.post = s.rowid
WHERE s.bigrams MATCH :query AND v.hidden = 0
    AND (:brand IS NULL OR v.brand = :brand) AND v.created_at >= :since
ORDER BY s.rowid DESC LIMIT :limit;
