-- Voices that tell of waiting; of several waits in one voice the longest counts.
SELECT
    count(*) AS n,
    count(minutes) AS n_timed,
    {median} AS median_minutes,
    {p90} AS p90_minutes,
    count(CASE WHEN minutes > 10 THEN 1 END) AS n_long
FROM (
    SELECT {longest} AS minutes
    FROM feedback
    WHERE {kept_voices} AND {has_signals} AND {has_waited}
) AS waiting
