-- The voices that tell best what an incident is about, as far as the asker may see them.
SELECT feedback_id, occurred_at, unit_id, channel, product, stars, text
FROM feedback
WHERE {all_voices} AND feedback_id IN ({ids})
ORDER BY occurred_at DESC, feedback_id
