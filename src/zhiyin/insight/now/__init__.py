"""The page "now": the last sixty minutes against what is usual at this hour of this weekday."""
