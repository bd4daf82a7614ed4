-- Words and day of the voices, in the order in which they came.
SELECT text, {day} AS day_number
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL AND {which}
ORDER BY occurred_at, feedback_id
