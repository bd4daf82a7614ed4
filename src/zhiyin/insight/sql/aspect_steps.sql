-- Mentions of each aspect by polarity over the steps of a small line; −1 the period before, −2 beyond the line.
SELECT
    aspect,
    any_value(aspect_name) AS aspect_name,
    polarity,
    CASE WHEN NOT ({is_now}) THEN -1 WHEN step >= 0 AND step < $n_steps THEN step ELSE -2 END AS step,
    count(*) AS n,
    count(stars) AS n_rated,
    coalesce(sum(stars), 0) AS sum_stars,
    coalesce(sum(stars * stars), 0) AS sum_squares
FROM (
    SELECT aspect, aspect_name, polarity, stars, occurred_at, {step} AS step
    FROM opinions
    WHERE {kept_opinions}
) AS placed
GROUP BY 1, 3, 4
