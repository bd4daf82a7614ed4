-- Voices and ratings of each unit.
SELECT
    unit_id,
    count(*) AS n,
    count(stars) AS n_rated,
    avg(stars) AS mean_stars,
    var_samp(stars) AS variance_stars
FROM feedback
WHERE {kept_voices} AND unit_id IS NOT NULL
GROUP BY unit_id
ORDER BY unit_id
