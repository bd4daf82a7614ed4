-- The values of plain columns with the number of their voices, in one pass.
SELECT
    {kind} AS kind,
    CAST(coalesce({columns}) AS VARCHAR) AS value,
    count(*) AS n
FROM (
    SELECT
        channel, source, touchpoint, product, sentiment, cause,
        CAST(CAST(floor(stars + 0.5) AS BIGINT) AS VARCHAR) AS stars,
        CAST(urgency AS VARCHAR) AS urgency
    FROM feedback
    WHERE {kept_voices}
) AS voices
GROUP BY GROUPING SETS ({sets})
HAVING value IS NOT NULL AND value <> ''
QUALIFY row_number() OVER (PARTITION BY kind ORDER BY n DESC, value) <= $n_values
ORDER BY kind, n DESC, value
