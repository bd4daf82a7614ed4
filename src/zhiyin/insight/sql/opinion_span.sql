-- When the oldest and the newest of these opinions were said.
SELECT min(occurred_at) AS oldest, max(occurred_at) AS newest
FROM opinions
WHERE {kept_opinions}
