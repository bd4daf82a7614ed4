-- The ids of one page of the list: narrow columns only, no text is touched but by a search.
-- `n` counts all rows where the search is asked anyway: reading every text twice would double the wait.
SELECT feedback_id, day, {n} AS n
FROM feedback
WHERE {kept_voices}
ORDER BY {keys}
LIMIT $n_rows OFFSET $n_before
