-- Points of the inspections in each unit by dimension: a share of what each item could reach.
SELECT
    unit_id,
    dimension,
    count(*) AS n,
    sum(score / max_score) AS total,
    sum((score / max_score) * (score / max_score)) AS squares
FROM inspections
WHERE is_current AND unit_id IS NOT NULL AND max_score > 0 AND score BETWEEN 0 AND max_score AND {within}
GROUP BY 1, 2
