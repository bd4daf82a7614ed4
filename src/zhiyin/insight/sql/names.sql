-- How many voices show each member of a list column.
SELECT name, count(*) AS n
FROM (
    SELECT {each_name} AS name
    FROM feedback
    WHERE {kept_voices} AND {has_members}
) AS named
GROUP BY name
ORDER BY n DESC, name
