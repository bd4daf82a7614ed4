-- The voice of the list that comes next to a given one.
SELECT feedback_id
FROM feedback
WHERE {kept_voices} AND ({keys}) {comes} ({here})
ORDER BY {ordered}
LIMIT 1
