-- Voices that show a need, met or not, by touchpoint; a voice counts once a need, unmet before met.
SELECT touchpoint, name, count(*) AS n, CAST(sum(CASE WHEN is_met THEN 1 ELSE 0 END) AS BIGINT) AS n_met
FROM (
    SELECT shown_by, touchpoint, need.name AS name, min(CAST(need.met AS INTEGER)) = 1 AS is_met
    FROM (
        SELECT feedback_id AS shown_by, touchpoint, {each_need} AS need
        FROM feedback
        WHERE {kept_voices} AND {has_needs}
    ) AS shown
    GROUP BY 1, 2, 3
) AS once
GROUP BY 1, 2
