-- All voices of an incident's units and channel, in the window and before it.
SELECT {is_now} AS is_now, count(*) AS n
FROM feedback
WHERE {kept_voices}
GROUP BY 1
