-- insert: an answer or a statement, once
INSERT INTO responses (brand, source, kind, account, at, received_at, target, topic)
VALUES (:brand, :source, :kind, :account, :at, :received_at, :target, :topic)
ON CONFLICT DO NOTHING;

-- target_deleted: whether the post answered was deleted lately
SELECT 1 FROM deletions WHERE digest = :digest AND at >= :since;

-- first: the first answer to a mention of some topics that is no praise, or statement on one of them
SELECT max(r.at, m.created_at), r.kind, r.account, r.source
FROM responses AS r
CROSS JOIN posts AS p ON p.source = r.source AND p.native_id = r.target
CROSS JOIN mentions AS m ON m.post = p.id AND m.brand = r.brand
WHERE r.brand = :brand AND r.at >= :since AND r.target <> ''
    AND m.topic IN (SELECT value FROM json_each(:topics))
    AND m.created_at >= :since AND m.created_at < :until AND m.label IS NOT 'positive'
UNION ALL
SELECT at, kind, account, source FROM responses
WHERE brand = :brand AND at >= :since AND at < :until AND topic IN (SELECT value FROM json_each(:topics))
ORDER BY 1, 2, 3, 4 LIMIT 1;
