-- find_mention: a post's mention of a topic
SELECT seq FROM mentions WHERE post = :post AND brand = :brand AND topic = :topic;

-- insert_mention: count a post to a topic; its number is the order of everything that replays
INSERT INTO mentions (post, brand, topic, created_at, matches, inherited, cluster, late)
VALUES (:post, :brand, :topic, :created_at, :matches, :inherited, :cluster, :late)
RETURNING seq;

-- edit_mention: the text changed, so the matches are new and the score is void
UPDATE mentions
SET matches = :matches, inherited = :inherited, cluster = :cluster,
    label = NULL, negative = NULL, neutral = NULL, positive = NULL, unsure = NULL, voice = NULL,
    model = NULL, judged = NULL
WHERE seq = :seq;

-- topics_of: the mentions of a post
SELECT seq, brand, topic FROM mentions WHERE post = :post;

-- withdraw: the edited post does not concern this topic any more
DELETE FROM mentions WHERE seq = :seq;

-- sample: keep an unmatched post, and what share of its like was kept
INSERT INTO samples (source, native_id, author_id, created_at, received_at, rate, body)
VALUES (:source, :native_id, :author_id, :created_at, :received_at, :rate, :body)
ON CONFLICT (source, native_id) DO UPDATE SET body = excluded.body;

-- gap: a stretch without news; told again, it is closed or backfilled
INSERT INTO gaps (source, starts, ends, reason, backfilled)
VALUES (:source, :starts, :ends, :reason, :backfilled)
ON CONFLICT (source, starts) DO UPDATE
SET ends = coalesce(excluded.ends, ends), backfilled = max(backfilled, excluded.backfilled);

-- cursor: where to resume
INSERT INTO cursors (source, value, saved_at) VALUES (:source, :value, :saved_at)
ON CONFLICT (source) DO UPDATE SET value = excluded.value, saved_at = excluded.saved_at;
