-- Voices and ratings of each unit; a rating of 4.8 or more is excellent.
SELECT
    unit_id,
    count(*) AS n,
    count(stars) AS n_rated,
    coalesce(sum(stars), 0) AS sum_stars,
    coalesce(sum(stars * stars), 0) AS sum_squares,
    count(CASE WHEN stars >= 4.8 THEN 1 END) AS n_excellent
FROM feedback
WHERE {kept_voices}
GROUP BY unit_id
