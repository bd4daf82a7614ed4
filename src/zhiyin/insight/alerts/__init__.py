"""Alerts: what stands out of the ordinary, grouped into incidents that say where, what and why."""
