-- How many voices count in each message of the log.
SELECT sequence, count(*) AS n
FROM feedback
WHERE {kept_voices} AND text IS NOT NULL
GROUP BY sequence
ORDER BY sequence
