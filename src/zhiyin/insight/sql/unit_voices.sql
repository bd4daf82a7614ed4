-- Voices and ratings of each unit.
SELECT
    unit_id,
    count(*) AS n,
    count(stars) AS n_rated,
    sum(stars) AS sum_stars,
    sum(stars * stars) AS sum_squares
FROM feedback
WHERE {kept_voices} AND unit_id IS NOT NULL
GROUP BY unit_id
ORDER BY unit_id
