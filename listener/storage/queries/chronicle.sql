-- begin: the daemon starts
INSERT INTO runs (version, started_at, seen_at) VALUES (:version, :at, :at) RETURNING id;

-- seen: the daemon lives; a clock that was set back does not shorten its life
UPDATE runs SET seen_at = max(seen_at, :at) WHERE id = :id;

-- runs: the lives of the daemon in a stretch of time, and the last before it
SELECT started_at, seen_at FROM runs
WHERE started_at <= :until
    AND started_at >= coalesce((SELECT max(started_at) FROM runs WHERE started_at < :since), :since)
ORDER BY started_at, id;

-- incidents: what is open, or was at some time since
SELECT body FROM incidents WHERE state <> 'resolved' OR resolved_at >= :since ORDER BY opened_at, id;

-- sent: the pages of a stretch of time, without states and events; what one of several got was sent
SELECT
    incident, body ->> 'brand', channel, body ->> 'to', body ->> 'kind', body ->> 'severity', created_at,
    CASE WHEN confirmed_by = '[]' THEN outcome ELSE 'done' END, coalesce(body ->> 'night', 0), coalesce(body ->> 'sound', ''), coalesce(body ->> 'silent', 0)
FROM pages
WHERE created_at >= :since AND created_at < :until
    AND body ->> 'kind' IN ('first', 'grown', 'reminder', 'escalation', 'resolved')
ORDER BY created_at, id;

-- heard: mentions by half hour of event time and voice
SELECT
    m.created_at / 1800000000, coalesce(m.voice, ''), count(*), sum(m.label IS 'negative'),
    sum(m.judged IS NOT NULL OR p.text = '')
FROM mentions AS m JOIN posts AS p ON p.id = m.post
WHERE m.created_at >= :since AND m.created_at < :until AND p.hidden = 0 AND p.erased = 0
GROUP BY 1, 2 ORDER BY 1, 2;
