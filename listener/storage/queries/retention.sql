-- old_posts: the next posts whose time is over
SELECT id, text FROM posts WHERE received_at < :before ORDER BY received_at LIMIT :limit;

-- drop_responses: what brands answered, as long as the posts answered
DELETE FROM responses WHERE id IN (SELECT id FROM responses WHERE received_at < :before LIMIT :limit);

-- merge: bring the parts of the search index together, so many pages at once (negative: whatever their number)
INSERT INTO search (search, rank) VALUES ('merge', :pages);

-- drop_post: with its mentions, by cascade
DELETE FROM posts WHERE id = :id;

-- forget_authors: who wrote it is kept for a shorter time than what was written
UPDATE posts SET author_id = NULL, author_handle = '', author_name = '', followers = NULL
WHERE id IN (
    SELECT id FROM posts WHERE received_at < :before AND author_id IS NOT NULL ORDER BY received_at LIMIT :limit
);

-- forget_roles: who started, carried and is quoted in a fire that is over; the words stay, the names go
UPDATE incidents
SET body = json_remove(
    body, '$.explanation.carriers', '$.explanation.starter', '$.explanation.first',
    '$.explanation.quotes[0].author', '$.explanation.quotes[0].url',
    '$.explanation.quotes[1].author', '$.explanation.quotes[1].url',
    '$.explanation.quotes[2].author', '$.explanation.quotes[2].url'
)
WHERE id IN (
    SELECT id FROM incidents
    WHERE state = 'resolved' AND resolved_at < :before AND body -> '$.explanation.carriers' IS NOT NULL LIMIT :limit
);

-- drop_samples: unmatched posts
DELETE FROM samples WHERE rowid IN (SELECT rowid FROM samples WHERE received_at < :before LIMIT :limit);

-- drop_deletions: memories of deletions
DELETE FROM deletions WHERE digest IN (SELECT digest FROM deletions WHERE at < :before LIMIT :limit);

-- drop_quarantine: frames that nobody could read
DELETE FROM quarantine WHERE id IN (SELECT id FROM quarantine WHERE at < :before LIMIT :limit);

-- drop_gaps: closed gaps
DELETE FROM gaps WHERE id IN (SELECT id FROM gaps WHERE ends < :before LIMIT :limit);

-- drop_pages: settled pages
DELETE FROM pages WHERE id IN (
    SELECT id FROM pages WHERE created_at < :before AND outcome <> 'pending' LIMIT :limit
);

-- drop_links: one-tap links that expired
DELETE FROM links WHERE digest IN (SELECT digest FROM links WHERE expires_at < :before LIMIT :limit);

-- drop_incidents: resolved incidents
DELETE FROM incidents WHERE id IN (
    SELECT id FROM incidents WHERE state = 'resolved' AND resolved_at < :before LIMIT :limit
);

-- drop_quotations: what nobody holds any more is quoted by nobody
DELETE FROM quotations WHERE (digest, holder, key) IN (
    SELECT digest, holder, key FROM quotations
    WHERE (holder = 'incident' AND key NOT IN (SELECT id FROM incidents))
        OR (holder = 'page' AND key NOT IN (SELECT key FROM pages))
    LIMIT :limit
);

-- drop_runs: lives of the daemon that are over for long, but the last one
DELETE FROM runs WHERE id IN (
    SELECT id FROM runs WHERE seen_at < :before AND id < (SELECT max(id) FROM runs) LIMIT :limit
);
