-- Voices of a rule's series, hour by hour (hours since 1970, UTC).
SELECT {hour} AS hour, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY 1
