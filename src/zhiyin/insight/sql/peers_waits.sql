-- Waits that customers of each unit tell of, in minutes; of several in one voice the longest counts.
SELECT unit_id, count(minutes) AS n, coalesce(sum(minutes), 0) AS total, coalesce(sum(minutes * minutes), 0) AS squares
FROM (
    SELECT unit_id, {longest} AS minutes
    FROM feedback
    WHERE {kept_voices} AND {has_waited} AND unit_id IS NOT NULL
) AS waiting
GROUP BY unit_id
