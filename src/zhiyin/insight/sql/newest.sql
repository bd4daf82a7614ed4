-- When the newest voice was said.
SELECT max(occurred_at) AS newest
FROM feedback
WHERE {kept_voices}
