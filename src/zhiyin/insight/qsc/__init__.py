"""Scores of quality, service and cleanliness: customers' voice beside inspections."""
