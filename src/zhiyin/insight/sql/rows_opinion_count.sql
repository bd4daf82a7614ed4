-- How many rows a file with a row an opinion has beyond a row a voice.
SELECT CAST(coalesce(sum(n - 1), 0) AS BIGINT) AS n
FROM (
    SELECT count(*) AS n
    FROM opinions
    WHERE is_current AND {within} AND feedback_id IN (SELECT feedback_id FROM feedback WHERE {kept_voices})
    GROUP BY feedback_id
) AS voices
