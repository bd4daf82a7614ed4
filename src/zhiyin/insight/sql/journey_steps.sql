-- Ways from one step of a customer to the next: how often, by how many, and how long it took.
-- `is_judged`: so far back that a repetition (`is_repeat`) or silence (`is_silence`) would have been seen.
WITH steps AS (
    {sources}
),
ordered AS (
    SELECT
        customer, step, moment,
        lead(step) OVER (PARTITION BY customer ORDER BY moment, step) AS next_step,
        lead(moment) OVER (PARTITION BY customer ORDER BY moment, step) AS next_moment
    FROM steps
)
SELECT
    step,
    next_step,
    count(*) AS n,
    count(DISTINCT customer) AS n_customers,
    {median_hours} AS median_hours,
    count(CASE WHEN moment < $repeat_until THEN 1 END) AS n_judged_repeat,
    count(CASE WHEN moment < $repeat_until AND next_step = step AND {hours} <= $repeat_hours THEN 1 END) AS n_repeat,
    count(CASE WHEN moment < $silence_until THEN 1 END) AS n_judged_silence,
    count(CASE WHEN moment < $silence_until AND coalesce({hours} > $silence_hours, TRUE) THEN 1 END) AS n_silent
FROM ordered
GROUP BY 1, 2
