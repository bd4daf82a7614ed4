-- How many voices show each member of a list column, which holds a name at most once.
SELECT member.name AS name, count(*) AS n
FROM (
    SELECT {each_member} AS member
    FROM feedback
    WHERE {kept_voices} AND {has_members}
) AS members
WHERE {condition}
GROUP BY member.name
ORDER BY n DESC, name
