-- What kind of cause the complaints have.
SELECT cause AS name, count(*) AS n
FROM feedback
WHERE {kept_voices} AND cause IS NOT NULL
GROUP BY cause
ORDER BY n DESC, name
