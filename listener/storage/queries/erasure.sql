-- remember: what was deleted, as a digest, so that it is refused when it comes late
INSERT INTO deletions (digest, at) VALUES (:digest, :at)
ON CONFLICT (digest) DO UPDATE SET at = max(at, excluded.at);

-- hide_account: remember a deactivated account
INSERT INTO hidden_accounts (digest, at) VALUES (:digest, :at)
ON CONFLICT (digest) DO UPDATE SET at = excluded.at;

-- hide_posts: a deactivated account's posts are counted, not shown
UPDATE posts SET hidden = 1 WHERE source = :source AND author_id = :author_id;

-- post_by_key: what a deleted post says, to find its copies
SELECT id, source, native_id, text, author_handle FROM posts
WHERE source = :source AND native_id = :native_id;

-- posts_by_author: everything a deleted account said
SELECT id, source, native_id, text, author_handle FROM posts
WHERE source = :source AND author_id = :author_id;

-- reposts_of: reposts that carry a deleted post's words
SELECT id, text FROM posts
WHERE source = :source AND target = :native_id AND kind = 'repost' AND text <> '';

-- blank_post: nothing of a post remains but that it was counted
UPDATE posts
SET native_id = 'erased:' || id, text = '', author_id = NULL, author_handle = '', author_name = '',
    followers = NULL, lang = '', target = NULL, url = '', erased = 1
WHERE id = :id;

-- blank_text: a repost loses the words that were not its own
UPDATE posts SET text = '' WHERE id = :id;

-- untarget: nor does a repost name the deleted post any more
UPDATE posts SET target = NULL WHERE source = :source AND target = :native_id AND kind = 'repost';

-- blank_mentions: a match carries the words that matched
UPDATE mentions SET matches = '[]', cluster = '' WHERE post = :id;

-- unname_answered: that it was answered stays, under the name that the blanked post has
UPDATE responses SET target = 'erased:' || :id WHERE source = :source AND target = :native_id;

-- drop_answered: the answer to a post that concerned nobody
DELETE FROM responses WHERE source = :source AND target = :native_id;

-- drop_mentions: an edited post concerns nobody any more
DELETE FROM mentions WHERE post = :id;

-- drop_post: nor is it kept
DELETE FROM posts WHERE id = :id;

-- brands_of: whose incidents may name the author of a post
SELECT DISTINCT brand FROM mentions WHERE post = :id;

-- drop_sample: an unmatched post was deleted
DELETE FROM samples WHERE source = :source AND native_id = :native_id;

-- drop_samples_by_author: an account was deleted
DELETE FROM samples WHERE source = :source AND author_id = :author_id;

-- quoted_in: the incidents and pages that quote a post
SELECT holder, key FROM quotations WHERE digest = :digest ORDER BY holder;

-- mark_quoted: keep in mind that this incident or page must not show it again
INSERT INTO quotations (digest, holder, key, erased) VALUES (:digest, :holder, :key, 1)
ON CONFLICT (digest, holder, key) DO UPDATE SET erased = 1;

-- erased_from: what an incident or page must not show again
SELECT digest FROM quotations WHERE holder = :holder AND key = :key AND erased = 1;

-- deleted_among: which of these digests were deleted lately
SELECT digest FROM deletions WHERE digest IN (SELECT value FROM json_each(:digests));

-- naming: the incidents of a brand that name a handle
SELECT id FROM incidents WHERE brand = :brand AND instr(body, :handle);

-- incident: one incident
SELECT body FROM incidents WHERE id = :key;

-- keep_incident: an incident without the deleted words
UPDATE incidents SET body = :body WHERE id = :key;

-- page: one page
SELECT body FROM pages WHERE key = :key;

-- keep_page: a page without the deleted words
UPDATE pages SET body = :body WHERE key = :key;

-- pages_of: the pages of an incident
SELECT key FROM pages WHERE incident = :key;
