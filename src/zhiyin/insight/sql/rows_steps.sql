-- How many voices lie on each step of the list's order, the first step first.
SELECT CAST({step} AS BIGINT) AS step, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY step
ORDER BY step DESC
