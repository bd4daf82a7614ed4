-- Voices answered in each row of the scoreboard, and the median hours to the first answer.
SELECT place, count(*) AS n, {median} AS median_hours
FROM (
    SELECT feedback_id, min(unit_id) AS unit_id, min({hours}) AS hours
    FROM replies
    WHERE {all_replies} AND feedback_id IN (SELECT feedback_id FROM feedback WHERE {kept_voices})
    GROUP BY feedback_id
) AS answered
INNER JOIN ({places}) AS row_of_unit USING (unit_id)
GROUP BY place
