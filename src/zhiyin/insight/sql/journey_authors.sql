-- What each customer who can be told apart speaks of and misses: one row a voice and trait, the newest voices.
WITH told AS (
    SELECT feedback_id, author_key, needs, stars
    FROM feedback
    WHERE {kept_voices} AND author_key IS NOT NULL
    ORDER BY occurred_at DESC, feedback_id DESC
    LIMIT $most_voices
)
SELECT author_key, 'need' AS kind, need.name AS name, need.met AS is_good
FROM (SELECT author_key, {each_need} AS need FROM told WHERE {has_needs}) AS shown
UNION ALL
SELECT told.author_key, 'aspect' AS kind, spoken.aspect AS name, spoken.polarity = 'positive' AS is_good
FROM (SELECT feedback_id, aspect, polarity FROM opinions WHERE {kept_opinions}) AS spoken
JOIN told ON told.feedback_id = spoken.feedback_id
