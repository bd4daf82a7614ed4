-- The days of the list, so that an export goes through it in pieces.
SELECT day, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY day
ORDER BY day DESC
