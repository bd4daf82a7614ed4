-- Voices of one touchpoint, in the period and in the one before, with their ratings.
SELECT
    {is_now} AS is_now,
    count(*) AS n,
    count(stars) AS n_rated,
    coalesce(sum(stars), 0.0) AS sum_stars,
    coalesce(sum(stars * stars), 0.0) AS sum_squares
FROM feedback
WHERE {kept_voices}
GROUP BY 1
