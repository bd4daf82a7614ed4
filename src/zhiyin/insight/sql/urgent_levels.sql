-- Voices by how urgent they are.
SELECT CAST(urgency AS INTEGER) AS level, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY 1
