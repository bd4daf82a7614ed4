-- Cases that are at their end, by the time when they came to it.
SELECT {is_now} AS is_now, {key} AS key, {day_number} AS day_number, {value} AS value, {sums}
FROM (
    SELECT
        TRUE AS is_current,
        case_id,
        max_by(unit_id, occurred_at) AS unit_id,
        max_by(status_to, occurred_at) AS status,
        max(CASE WHEN kind IN ('solved', 'closed') THEN occurred_at END) AS occurred_at,
        max(CASE WHEN kind IN ('solved', 'closed') THEN day END) AS day,
        max(n_transfers) AS n_transfers,
        max(n_reopened) AS n_reopened,
        {minutes} AS minutes
    FROM case_events
    GROUP BY case_id
) AS cases
WHERE status IN ('solved', 'closed') AND {kept} AND {narrowed}
{grouped}
