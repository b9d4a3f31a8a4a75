-- window: the posts of a flare-up without their words, oldest first; an author is known by source and id
SELECT
    v.source, v.source || '/' || v.native_id,
    CASE WHEN v.author_id IS NULL THEN v.source || '/' || v.native_id ELSE v.source || char(10) || v.author_id END,
    v.created_at, v.kind, CASE WHEN v.target IS NULL THEN '' ELSE v.source || '/' || v.target END,
    v.cluster, coalesce(v.label, '')
FROM mentions AS m JOIN stored_mentions AS v ON v.seq = m.seq
WHERE m.brand = :brand AND m.topic IN (SELECT value FROM json_each(:topics))
    AND m.created_at >= :since AND m.created_at < :until AND v.hidden = 0 AND v.erased = 0
ORDER BY m.created_at, m.seq LIMIT :limit;

-- past: what is usually said on some topics, newest first
SELECT v.* FROM mentions AS m JOIN stored_mentions AS v ON v.seq = m.seq
WHERE m.brand = :brand AND m.topic IN (SELECT value FROM json_each(:topics))
    AND m.created_at >= :since AND m.created_at < :until
    AND v.hidden = 0 AND v.erased = 0 AND v.kind <> 'repost' AND v.text <> ''
ORDER BY m.created_at DESC, m.seq DESC LIMIT :limit;

-- posts: some posts by identity
SELECT v.* FROM json_each(:keys) AS k CROSS JOIN stored_mentions AS v
ON v.source = k.value ->> 0 AND v.native_id = k.value ->> 1 AND v.erased = 0 AND v.hidden = 0
ORDER BY k.key, v.seq;
