-- How many voices speak of each node of the tree of aspects, and how many of them badly.
SELECT node, count(*) AS n_voices, CAST(sum(is_bad) AS BIGINT) AS n_unhappy
FROM (
    SELECT node, {voice} AS voice, max(CASE WHEN polarity = 'negative' THEN 1 ELSE 0 END) AS is_bad
    FROM opinions
    INNER JOIN ({nodes}) AS node_of_aspect USING (aspect)
    WHERE {kept_opinions}
    GROUP BY 1, 2
) AS each_voice_once
GROUP BY node
