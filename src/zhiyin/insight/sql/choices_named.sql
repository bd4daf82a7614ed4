-- The names in a list column with the number of their voices.
SELECT name AS value, count(*) AS n
FROM (
    SELECT {each_name} AS name
    FROM feedback
    WHERE {kept_voices} AND {has_members}
) AS named
GROUP BY name
ORDER BY n DESC, name
