-- open_incidents: what somebody may still have to act on, oldest first
SELECT body FROM incidents WHERE state <> 'resolved' ORDER BY opened_at, id;

-- resolved_since: what may be reopened, oldest first
SELECT body FROM incidents WHERE state = 'resolved' AND resolved_at >= :since ORDER BY opened_at, id;

-- incident: one incident
SELECT body FROM incidents WHERE id = :id;

-- incidents: the latest incidents, newest first
SELECT body FROM incidents ORDER BY opened_at DESC, id DESC LIMIT :limit;

-- with_postponed: incidents that quiet hours kept a page of, oldest first
SELECT body FROM incidents
WHERE updated_at >= :since AND body -> '$.postponed[0]' IS NOT NULL ORDER BY opened_at, id;

-- night_pages: how often each receiver's night was disturbed; bundled pages are one sound
SELECT body ->> '$.to', count(DISTINCT body ->> '$.sound') FROM pages
WHERE created_at >= :since AND body ->> '$.night' = 1
    AND (outcome NOT IN ('dead', 'superseded') OR confirmed_by <> '[]')
GROUP BY 1;

-- keep_incident: the latest value of an incident
INSERT INTO incidents (id, brand, state, started_at, opened_at, updated_at, resolved_at, body)
VALUES (:id, :brand, :state, :started_at, :opened_at, :updated_at, :resolved_at, :body)
ON CONFLICT (id) DO UPDATE
SET state = excluded.state, started_at = excluded.started_at, opened_at = excluded.opened_at,
    updated_at = excluded.updated_at, resolved_at = excluded.resolved_at, body = excluded.body;

-- quotation: this incident or page quotes this post
INSERT INTO quotations (digest, holder, key) VALUES (:digest, :holder, :key) ON CONFLICT DO NOTHING;

-- keep_page: a page, once
INSERT INTO pages (key, incident, channel, outcome, created_at, next_at, attempts, error, confirmed_by, body)
VALUES (:key, :incident, :channel, :outcome, :created_at, :next_at, :attempts, :error, :confirmed_by, :body)
ON CONFLICT (key) DO NOTHING;

-- due: pages to deliver now, oldest first
SELECT body, outcome, next_at, attempts, error, confirmed_by FROM pages
WHERE channel = :channel AND outcome = 'pending' AND (next_at IS NULL OR next_at <= :now)
ORDER BY created_at, id LIMIT :limit;

-- page: one page
SELECT body, outcome, next_at, attempts, error, confirmed_by FROM pages WHERE key = :key;

-- pages_of: the pages of an incident, oldest first
SELECT body, outcome, next_at, attempts, error, confirmed_by FROM pages WHERE incident = :incident ORDER BY created_at, id;

-- settle: delivered, or given up
UPDATE pages SET outcome = :outcome, settled_at = :at, next_at = NULL, error = :error
WHERE key = :key AND outcome = 'pending';

-- retry: failed, to be tried again
UPDATE pages SET attempts = attempts + 1, next_at = :next_at, error = :error
WHERE key = :key AND outcome = 'pending';

-- note: one of several behind a channel has it, and is not told again for the others' sake
UPDATE pages SET confirmed_by = json_insert(confirmed_by, '$[#]', :part)
WHERE key = :key AND outcome = 'pending'
    AND NOT EXISTS (SELECT 1 FROM json_each(pages.confirmed_by) WHERE value = :part);

-- pending: what each channel still owes
SELECT channel, count(*), min(created_at) FROM pages WHERE outcome = 'pending' GROUP BY channel;
