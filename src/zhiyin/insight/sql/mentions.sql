-- Mentions of each aspect by polarity, with the ratings of the voices that mention it.
SELECT
    {is_now} AS is_now,
    aspect,
    aspect_name,
    polarity,
    count(*) AS n,
    count(stars) AS n_rated,
    sum(stars) AS sum_stars,
    sum(stars * stars) AS sum_squares
FROM opinions
WHERE {kept_opinions}
GROUP BY 1, 2, 3, 4
