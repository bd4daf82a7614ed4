-- Voices of a search in the order of the list, with the number of all.
SELECT feedback_id, epoch_us(occurred_at) AS occurred_us, count(*) OVER () AS n
FROM feedback
WHERE {kept_voices}
ORDER BY occurred_at {direction}, feedback_id {direction}
LIMIT $n_rows
