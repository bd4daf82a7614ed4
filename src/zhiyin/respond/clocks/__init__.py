"""Clocks of cases: what we owe until when, in working time, at rest while the customer is asked."""
