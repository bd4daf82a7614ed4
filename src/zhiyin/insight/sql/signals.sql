-- How many voices show each kind of signal; a voice that shows one twice counts once.
SELECT name, count(*) AS n
FROM (
    SELECT {each_kind} AS name
    FROM feedback
    WHERE {kept_voices} AND {has_members}
) AS kinds
GROUP BY name
ORDER BY n DESC, name
