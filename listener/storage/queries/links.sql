-- keep: a link, once
INSERT INTO links (digest, expires_at, body) VALUES (:digest, :expires_at, :body) ON CONFLICT DO NOTHING;

-- link: the link of one token
SELECT body, used_at FROM links WHERE digest = :digest;

-- use: when it was used first
UPDATE links SET used_at = :at WHERE digest = :digest AND used_at IS NULL;

-- told: the page as it was stored, with its links
SELECT body FROM pages WHERE key = :key AND instr(body, '/a/') > 0;

-- retell: the page as it is kept, without them
UPDATE pages SET body = :body WHERE key = :key;
