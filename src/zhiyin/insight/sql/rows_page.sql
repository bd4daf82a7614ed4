-- The ids of one page of the list: narrow columns only, no text is touched but by a search.
SELECT feedback_id, day
FROM feedback
WHERE {kept_voices}
ORDER BY {keys}
LIMIT $n_rows OFFSET $n_before
