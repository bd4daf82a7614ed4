-- Issues by their first contact: whether it resolved them, and how many contacts they took within the time
-- in which a second one undoes the first. A contact without issue is one of its own.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM (
    SELECT
        TRUE AS is_current,
        max(CASE WHEN occurred_at = first_at THEN unit_id END) AS unit_id,
        max(CASE WHEN occurred_at = first_at THEN channel END) AS channel,
        max(CASE WHEN occurred_at = first_at THEN source END) AS source,
        max(CASE WHEN occurred_at = first_at THEN is_resolved END) AS is_resolved,
        min(occurred_at) AS occurred_at,
        max(day) AS day,
        count(CASE WHEN {is_soon} THEN 1 END) AS n_contacts
    FROM (
        SELECT *, min(occurred_at) OVER (PARTITION BY coalesce(issue_key, record_id)) AS first_at
        FROM contacts
        WHERE {is_visible}
    ) AS each_contact
    GROUP BY coalesce(issue_key, record_id)
) AS issues
WHERE {kept} AND {narrowed}
{grouped}
