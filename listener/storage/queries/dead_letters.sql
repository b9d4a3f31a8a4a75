-- unsettled: what waits, and what could not be delivered, newest first; a drill is drilled again instead
SELECT body, outcome, next_at, attempts, error, confirmed_by FROM pages
WHERE outcome IN ('pending', 'dead') AND body ->> '$.kind' <> 'drill'
ORDER BY created_at DESC, id DESC LIMIT :limit;

-- dead: the dead letters that may be sent again, oldest first
SELECT key FROM pages WHERE outcome = 'dead' AND body ->> '$.kind' <> 'drill'
ORDER BY created_at, id;

-- died: what could not be delivered since, oldest first
SELECT settled_at, body, outcome, next_at, attempts, error, confirmed_by FROM pages
WHERE outcome = 'dead' AND settled_at > :since AND body ->> '$.kind' NOT IN ('drill', 'notice')
ORDER BY settled_at, id LIMIT :limit;

-- dead_letter: one dead letter that may be sent again
SELECT body, outcome, next_at, attempts, error, confirmed_by FROM pages
WHERE key = :key AND outcome = 'dead' AND body ->> '$.kind' <> 'drill';

-- revive: it waits again, as if it had never been tried
UPDATE pages
SET outcome = 'pending', settled_at = NULL, next_at = NULL, attempts = 0, error = '', body = :body
WHERE key = :key;
