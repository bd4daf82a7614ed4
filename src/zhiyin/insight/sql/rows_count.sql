-- How many voices the list holds.
SELECT count(*) AS n
FROM feedback
WHERE {kept_voices}
