-- find: a post by its identity
SELECT id, text, edited FROM posts WHERE source = :source AND native_id = :native_id;

-- insert: remember a post that was not known
INSERT INTO posts (
    source, native_id, text, created_at, received_at, author_id, author_handle, author_name, followers,
    lang, kind, target, url, edited, truncated, hidden
) VALUES (
    :source, :native_id, :text, :created_at, :received_at, :author_id, :author_handle, :author_name, :followers,
    :lang, :kind, :target, :url, :edited, :truncated, :hidden
) RETURNING id;

-- edit: a new version of the same post; when it was first seen and where it is counted stay
UPDATE posts SET text = :text, edited = 1, truncated = :truncated, lang = :lang, url = :url WHERE id = :id;

-- deleted_since: whether the post or its author was deleted at or after an instant
SELECT 1 FROM deletions WHERE digest IN (:post, :author) AND at >= :since LIMIT 1;

-- hidden_at: when an account was deactivated
SELECT at FROM hidden_accounts WHERE digest = :author;

-- unhide_account: the account speaks again
DELETE FROM hidden_accounts WHERE digest = :author;

-- unhide_posts: show what an account said before
UPDATE posts SET hidden = 0 WHERE source = :source AND author_id = :author_id;

-- index: make a post's bigrams findable
INSERT INTO search (rowid, bigrams) VALUES (:id, :bigrams);

-- unindex: take a post's bigrams out again; they must be those that were put in
INSERT INTO search (search, rowid, bigrams) VALUES ('delete', :id, :bigrams);

-- unindex_all: empty the search index
INSERT INTO search (search) VALUES ('delete-all');

-- texts: every text that can be found
SELECT id, text FROM posts WHERE id > :after AND text <> '' ORDER BY id LIMIT :limit;
